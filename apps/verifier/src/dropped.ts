/** Which of the files is a trust file, and which one is to be verified; the last of each. */
export async function sortDropped(
  files: readonly File[],
): Promise<{ readonly trust: File | undefined; readonly file: File | undefined }> {
  let [trust, file]: [File | undefined, File | undefined] = [undefined, undefined];
  for (const one of files) {
    if (await isTrust(one)) trust = one;
    else file = one;
  }
  return { trust, file };
}

const MOST_BYTES_OF_TRUST = 4 * 1024 * 1024;

async function isTrust(file: File): Promise<boolean> {
  if (file.size > MOST_BYTES_OF_TRUST) return false;
  try {
    const value: unknown = JSON.parse(await file.text());
    return typeof value === 'object' && value !== null && 'trustPolicy' in value;
  } catch {
    return false;
  }
}
