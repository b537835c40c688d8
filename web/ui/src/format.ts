// Figures, sizes and times as people read them.

const digits = (n: number) => (n >= 100 || Number.isInteger(n) ? 0 : n >= 10 ? 1 : 2);

function scaled(n: number, step: number, units: readonly string[]): string {
  let i = 0;
  while (Math.abs(n) >= step && i < units.length - 1) {
    n /= step;
    i++;
  }
  return `${n.toFixed(i === 0 ? 0 : digits(n))} ${units[i]}`;
}

/** 1500000 is "1.50 Mbit/s". */
export const bitRate = (n: number) => scaled(n, 1000, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]);

/** 1536 is "1.50 KiB". */
export const bytes = (n: number) => scaled(n, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);

export const count = (n: number) => n.toLocaleString("en-GB");

/** How many of something: "1 player", "2 players". */
export const many = (n: number, one: string, more = `${one}s`) => `${count(n)} ${n === 1 ? one : more}`;

/** 3725 seconds are "1 h 2 min". */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  const m = Math.floor(s / 60);
  if (m < 60) return `${m} min ${s % 60} s`;
  const h = Math.floor(m / 60);
  return h < 24 ? `${h} h ${m % 60} min` : `${Math.floor(h / 24)} d ${h % 24} h`;
}

/** 83.4 seconds are "1:23.4". */
export function position(seconds: number): string {
  const m = Math.floor(seconds / 60);
  const s = (seconds % 60).toFixed(1).padStart(4, "0");
  return m < 60 ? `${m}:${s}` : `${Math.floor(m / 60)}:${String(m % 60).padStart(2, "0")}:${s}`;
}

/** The local time; the day too if it is another one. */
export function clock(at: Date, now = new Date()): string {
  const time = at.toLocaleTimeString("en-GB");
  return at.toDateString() === now.toDateString() ? time : `${at.toLocaleDateString("en-CA")} ${time}`;
}

export const utc = (at: Date) => at.toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");

/** The name of a point; the root has none. */
export const pointName = (name: string) => (name === "" ? "/ (root)" : name);
