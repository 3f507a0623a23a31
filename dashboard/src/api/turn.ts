/** Work that is asked for while it is being done. */

/** Work that is done once at a time: where it is asked for meanwhile, once more after that, however often that was. */
export function inTurn(work: () => Promise<void>): () => Promise<void> {
  let now: Promise<void> | null = null;
  let more = false;
  const run = (): Promise<void> => {
    if (now) {
      more = true;
      return now;
    }
    now = work().finally(() => {
      now = null;
      if (!more) return undefined;
      more = false;
      return run();
    });
    return now;
  };
  return run;
}
