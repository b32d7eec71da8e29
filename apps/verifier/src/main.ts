import { sortDropped } from './dropped.js';
import { element, list } from './element.js';
import { reportView } from './report-view.js';
import type { Answer, Task } from './task.js';

/** The worker's program, put in by the build: a page that may load nothing can have no second file. */
declare const WORKER_PROGRAM: string;

const trustInput = input('trust');
const fileInput = input('file');
const atInput = input('at');
const progress = byId('progress');
const result = byId('result');
const stop = byId('stop');

let running: Worker | undefined;

byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  verifyChosen();
});
for (const chosen of [trustInput, fileInput]) chosen.addEventListener('change', verifyWhenBoth);
stop.addEventListener('click', () => {
  end('Stopped. Nothing is known about the file.');
});
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  void takeDropped([...(event.dataTransfer?.files ?? [])]);
});

async function takeDropped(files: readonly File[]): Promise<void> {
  const { trust, file } = await sortDropped(files);
  if (trust !== undefined) trustInput.files = alone(trust);
  if (file !== undefined) fileInput.files = alone(file);
  verifyWhenBoth();
}

function verifyWhenBoth(): void {
  if (trustInput.files?.[0] !== undefined && fileInput.files?.[0] !== undefined) verifyChosen();
}

function verifyChosen(): void {
  const [trust, file] = [trustInput.files?.[0], fileInput.files?.[0]];
  result.replaceChildren();
  if (trust === undefined || file === undefined) {
    end(`Choose ${trust === undefined ? 'your trust file' : 'the file to verify'} first.`);
    (trust === undefined ? trustInput : fileInput).focus();
    return;
  }
  run({ file, trust, now: atInput.value === '' ? new Date().toISOString() : `${atInput.value}Z` });
}

function run(task: Task): void {
  running?.terminate();
  const url = URL.createObjectURL(new Blob([WORKER_PROGRAM], { type: 'text/javascript' }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  running = worker;
  stop.hidden = false;
  progress.textContent = `Verifying ${task.file.name} …`;
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    if (worker === running) show(data, task);
  });
  worker.addEventListener('error', ({ message }) => {
    if (worker === running) show({ kind: 'broke-off', detail: message }, task);
  });
  worker.postMessage(task);
}

function show(answer: Answer, task: Task): void {
  end('');
  result.replaceChildren(...(answer.kind === 'report' ? reportView(answer, task) : unanswered(answer)));
  result.focus();
}

function unanswered(answer: Exclude<Answer, { kind: 'report' }>): readonly Node[] {
  const heading = (text: string) => element('h2', { id: 'verdict' }, text);
  switch (answer.kind) {
    case 'trust-refused':
      return [heading('Your trust file cannot be read'), list(answer.problems)];
    case 'browser-too-old':
      return [
        heading('This browser is too old'),
        element(
          'p',
          {},
          'It cannot check Ed25519 signatures. Use Chrome or Edge 137, Firefox 130 or Safari 17, or newer. Nothing is known about the file.',
        ),
      ];
    case 'broke-off':
      return [
        heading('The verification broke off'),
        element('p', {}, `Nothing is known about the file: ${answer.detail}`),
      ];
  }
}

function end(message: string): void {
  running?.terminate();
  running = undefined;
  stop.hidden = true;
  progress.textContent = message;
}

function alone(file: File): FileList {
  const transfer = new DataTransfer();
  transfer.items.add(file);
  return transfer.files;
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
}

function input(id: string): HTMLInputElement {
  return byId(id) as HTMLInputElement;
}
