/** The life of one run's process: it may end between any two things that it does, and then does nothing more. */

export interface Life {
  readonly alive: boolean;
  /** Settles as `promise` does; never, where the process has ended by then. Each may be the last thing it does. */
  through<Result>(promise: Promise<Result>): Promise<Result>;
  /** In order: nobody killed it. */
  end(): void;
  readonly ended: Promise<void>;
}

/** It is killed (and `dies` told) at the end of its act number `acts`. */
export function createLife(acts: number, dies: () => void): Life {
  let left = acts;
  let alive = true;
  let tell: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (tell = resolve));
  const end = (): void => {
    alive = false;
    tell();
  };
  const goesOn = (): boolean => {
    if (alive && --left < 0) {
      dies();
      end();
    }
    return alive;
  };
  return {
    get alive() {
      return alive;
    },
    ended,
    end,
    through: (promise) =>
      new Promise((resolve, reject) => {
        promise.then(
          (value) => {
            if (goesOn()) resolve(value);
          },
          (error: unknown) => {
            if (goesOn()) reject(error);
          },
        );
      }),
  };
}
