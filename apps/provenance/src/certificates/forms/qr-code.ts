import qrcode from 'qrcode-generator';

/** A square of modules, true for a dark one; without the quiet zone of four modules that must surround it. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  const code = qrcode(0, 'M');
  code.addData(text, 'Byte');
  code.make();
  const all = Array.from({ length: code.getModuleCount() }, (_, at) => at);
  return all.map((row) => all.map((column) => code.isDark(row, column)));
}

export const QUIET_ZONE = 4;
