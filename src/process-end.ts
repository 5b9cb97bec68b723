/**
 * What must not outlive the process: children, temporary folders, locks. Whoever opens one closes it, however its story
 * ends; this is for the ends that no story sees, such as a run that is told to end and does not.
 */
const open = new Set<() => void>();

/** `close` is called as the process ends, unless the function that this gives is called before. It may not wait. */
export function closeAtProcessEnd(close: () => void): () => void {
  if (open.size === 0) process.once('exit', closeAll);
  open.add(close);
  return () => {
    open.delete(close);
    if (open.size === 0) process.removeListener('exit', closeAll);
  };
}

/** The last first: a child may be at work in a folder that was made before it. */
function closeAll(): void {
  for (const close of [...open].reverse()) {
    try {
      close();
    } catch {
      // the others are closed all the same
    }
  }
}
