// Waiting for something that becomes true by and by.

export type News = {
  /** Lets everybody who waits look again. */
  tell(): void;
  /** Resolves once `reached`; false when that takes too long or can no longer be. */
  until(reached: () => boolean, ms: number, isOver: () => boolean): Promise<boolean>;
};

/** Nobody waits yet. */
export function createNews(): News {
  const watching = new Set<() => void>();
  return {
    tell() {
      for (const look of watching) look();
    },
    until(reached, ms, isOver) {
      if (reached()) return Promise.resolve(true);
      return new Promise((resolve) => {
        const finish = (result: boolean) => {
          clearTimeout(timer);
          watching.delete(look);
          resolve(result);
        };
        const timer = setTimeout(finish, ms, false);
        const look = () => {
          if (isOver()) finish(false);
          else if (reached()) finish(true);
        };
        watching.add(look);
      });
    },
  };
}
