import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';

const FILE = fileURLToPath(new URL('../../apps/verifier/dist/lodemark-verifier.html', import.meta.url));

/** Run in the page before its own script: the worker that it starts for each file is one and the same. */
function keepOneWorker(): void {
  const Native = globalThis.Worker;
  let kept: Worker | undefined;
  function Kept(url: string): object {
    const worker = (kept ??= new Native(url));
    const told = new EventTarget();
    return Object.assign(told, {
      postMessage: (task: unknown) => {
        worker.onmessage = ({ data }: MessageEvent<unknown>) =>
          told.dispatchEvent(new MessageEvent('message', { data }));
        worker.onerror = ({ message }) => told.dispatchEvent(new ErrorEvent('error', { message }));
        worker.postMessage(task);
      },
      terminate: () => undefined,
    });
  }
  Object.assign(globalThis, { Worker: Kept });
}

/** The single-file verifier as an auditor has it: from a file, in a browser without a network. */
export class VerifierPage {
  /** Addresses of everything that the page asked for. */
  readonly requests: string[] = [];
  readonly errors: string[] = [];

  private isAsked = false;

  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    private readonly folder: string,
    private readonly keepsWorker: boolean,
  ) {
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
  }

  /** @param keepsWorker for hundreds of files: to start a worker anew takes longer than to verify one of them */
  static async open(
    executable: string,
    folder: string,
    { keepsWorker = false }: { readonly keepsWorker?: boolean } = {},
  ): Promise<VerifierPage> {
    if (!existsSync(FILE)) throw new Error(`${FILE} is not there: npm run build`);
    const browser = await chromium.launch({ executablePath: executable });
    const context = await browser.newContext();
    await context.setOffline(true);
    if (keepsWorker) await context.addInitScript(keepOneWorker);
    const opened = new VerifierPage(browser, await context.newPage(), folder, keepsWorker);
    await opened.page.goto(pathToFileURL(FILE).href);
    return opened;
  }

  /** Chooses both files and reads what the page says; `at` is to the second. */
  async verify(
    file: Uint8Array,
    { trust, at }: { readonly trust: Uint8Array; readonly at: Date },
  ): Promise<{ readonly heading: string; readonly json: string | undefined }> {
    const { page } = this;
    const [trustPath, filePath] = [join(this.folder, 'trust.json'), join(this.folder, 'file')];
    await writeFile(trustPath, trust);
    await writeFile(filePath, file);
    const chosen = page.getByLabel('The file to verify');
    if (this.isAsked && this.keepsWorker) await chosen.setInputFiles([]);
    else {
      await page.reload();
      await page.getByText('Verify as of another time than now').click();
    }
    this.isAsked = true;
    await page.getByLabel('Date and time, UTC').fill(at.toISOString().slice(0, 19));
    await page.getByLabel('Your trust file').setInputFiles(trustPath);
    await chosen.setInputFiles(filePath);
    await page.waitForSelector('#verdict', { timeout: 120_000 });
    const report = page.locator('#report');
    const json = (await report.count()) === 0 ? undefined : ((await report.textContent()) ?? undefined);
    return { heading: (await page.textContent('#verdict')) ?? '', json };
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}
