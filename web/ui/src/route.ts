// Where in the console somebody is: the part of the address behind #.

import { useEffect, useState } from "preact/hooks";

/** The segments of the address, decoded: #/points/live/links is [points live links]. */
function segments(): string[] {
  return location.hash
    .replace(/^#\/?/, "")
    .split("/")
    .filter((s) => s !== "")
    .map((s) => {
      try {
        return decodeURIComponent(s);
      } catch {
        return s;
      }
    });
}

export function useRoute(): string[] {
  const [route, set] = useState(segments);
  useEffect(() => {
    const changed = () => set(segments());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}

/** An address in the console. */
export const to = (...parts: string[]) => "#/" + parts.map(encodeURIComponent).join("/");

/** The address of a point's page. The root has no name, and a slash stands for it. */
export const toPoint = (name: string, tab?: string) => to("points", name || "/", ...(tab ? [tab] : []));

export const go = (address: string) => {
  location.hash = address;
};
