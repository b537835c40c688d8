// Whether the server answers, for all that asks it.

import { useEffect, useState } from "preact/hooks";

let reachable = true;

const watchers = new Set<() => void>();

/** Notes that the server has answered, or that it has not. */
export function reached(yes: boolean): void {
  if (yes === reachable) return;
  reachable = yes;
  for (const tell of watchers) tell();
}

export function useReachable(): boolean {
  const [here, set] = useState(reachable);
  useEffect(() => {
    const tell = () => set(reachable);
    tell();
    watchers.add(tell);
    return () => void watchers.delete(tell);
  }, []);
  return here;
}
