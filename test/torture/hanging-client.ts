/** One client of a hundred that never answers: the others must not notice. */
import type { Part } from './part.ts';
import { openFixedScene, type FixedScene } from './real/fixed-scene.ts';
import { startProgram } from './real/program.ts';
import { ACCEPT } from './real/receivers.ts';

const CLIENTS = Array.from({ length: 100 }, (_, index) => `client-${index}`);
const HANGING = 'client-50';
const MOST_PERCENT = 10;

export const hangingClient: Part = async ({ quick }) => {
  const pairs = quick ? 1 : 9;
  const scene = await openFixedScene('file', CLIENTS);
  try {
    await finishTime(scene, false); // what only the first run pays
    const times: (readonly [without: number, withOne: number])[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      // Which comes first changes, so that a machine that gets slower or faster tells against none.
      if (pair % 2 === 0) times.push([await finishTime(scene, false), await finishTime(scene, true)]);
      else times.push(swapped(await finishTime(scene, true), await finishTime(scene, false)));
    }
    const growth = median(times.map(([without, withOne]) => (100 * (withOne - without)) / without));
    const [without, withOne] = [median(times.map(([a]) => a)), median(times.map(([, b]) => b))];
    return {
      summary:
        `the other ${CLIENTS.length - 1} clients had everything after ${without.toFixed(0)} ms without, ` +
        `${withOne.toFixed(0)} ms with a client that hangs: ${growth.toFixed(1)} % (median of ${pairs} pairs)`,
      // One pair alone says nothing about time.
      failures: growth > MOST_PERCENT && !quick ? [`more than ${MOST_PERCENT} %`] : [],
    };
  } finally {
    await scene.close();
  }
};

const swapped = (withOne: number, without: number): readonly [number, number] => [without, withOne];

/** From the first request to the last that another client than the hanging one is sent, in milliseconds. */
async function finishTime(scene: FixedScene, hangs: boolean): Promise<number> {
  scene.reset();
  let first = 0;
  let last = 0;
  scene.receivers.behave = ({ client }) => {
    const now = performance.now();
    first ||= now;
    if (client !== HANGING) last = now;
    return hangs && client === HANGING ? { kind: 'hang' } : ACCEPT;
  };
  const { ended } = startProgram([...scene.args, '--timeout', '6s', '--attempts', '1']);
  const { code, stderr } = await ended;
  if (code !== (hangs ? 3 : 0)) throw new Error(`the run ended with ${code}: ${stderr}`);
  return last - first;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
  return (low + high) / 2;
}
