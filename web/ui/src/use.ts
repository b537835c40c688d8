// Hooks: data that is read and read again, streams of events, the theme.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { isUnreached, reason } from "./api";
import { useReachable } from "./reach";

/** What has been read. value stays while it is read again, and when that fails. */
export interface Loaded<T> {
  value?: T;
  error?: string;
  again: () => void;
  set: (value: T) => void;
}

/** Reads something at once and, if every is not 0, as often: milliseconds. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, deps: unknown[], every = 0): Loaded<T> {
  const [state, setState] = useState<{ value?: T; error?: string }>({});
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify(deps);
  const before = useRef(key);
  const here = useReachable();
  useEffect(() => {
    const abort = new AbortController();
    let timer = 0;
    if (before.current !== key) {
      before.current = key;
      setState({});
    }
    const read = async () => {
      try {
        if (!document.hidden || every === 0) {
          const value = await load(abort.signal);
          if (!abort.signal.aborted) setState({ value });
        }
      } catch (e) {
        if (!abort.signal.aborted && !isUnreached(e)) setState((s) => ({ value: s.value, error: reason(e) }));
      }
      if (every > 0 && !abort.signal.aborted) timer = window.setTimeout(read, every);
    };
    void read();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, turn, every, here]); // what could not be read is read when the server is back
  const again = useCallback(() => setTurn((n) => n + 1), []);
  const set = useCallback((value: T) => setState({ value }), []);
  return { ...state, again, set };
}

/** Follows server-sent events of some types; says whether the stream is open. */
export function useStream(path: string, types: string[], heard: (type: string, data: string) => void): boolean {
  const [open, setOpen] = useState(false);
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    if (!path) return;
    const stream = new EventSource(path);
    stream.onopen = () => setOpen(true);
    stream.onerror = () => setOpen(false);
    for (const type of types) {
      stream.addEventListener(type, (e) => latest.current(type, (e as MessageEvent<string>).data));
    }
    return () => {
      stream.close();
      setOpen(false);
    };
  }, [path, types.join()]);
  return open;
}

/** Does something soon, and once however often it is asked for meanwhile: milliseconds. */
export function useSoon(act: () => void, wait: number): () => void {
  const latest = useRef(act);
  latest.current = act;
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback(() => {
    timer.current ||= window.setTimeout(() => {
      timer.current = 0;
      latest.current();
    }, wait);
  }, [wait]);
}

export type Theme = "system" | "light" | "dark";

const themeKey = "caracal-theme";

function stored(): Theme {
  try {
    const t = localStorage.getItem(themeKey);
    return t === "light" || t === "dark" ? t : "system";
  } catch {
    return "system"; // the browser keeps nothing
  }
}

/** The theme, which the browser remembers. */
export function useTheme(): [Theme, (t: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(stored);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    try {
      localStorage.setItem(themeKey, theme);
    } catch {
      // It holds until the page is left.
    }
    dispatchEvent(new Event("themechange"));
  }, [theme]);
  return [theme, setTheme];
}

/** Changes when the colours do. */
export function useColours(): number {
  const [n, set] = useState(0);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const changed = () => set((v) => v + 1);
    dark.addEventListener("change", changed);
    addEventListener("themechange", changed);
    return () => {
      dark.removeEventListener("change", changed);
      removeEventListener("themechange", changed);
    };
  }, []);
  return n;
}
