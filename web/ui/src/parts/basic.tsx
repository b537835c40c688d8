// The small parts of every page.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { clock, utc } from "../format";
import type { Loaded } from "../use";

export type Tone = "" | "good" | "warn" | "bad";

/** A name that people have given, in whatever script it is. */
export const Name = ({ children }: { children: ComponentChildren }) => <bdi class="break">{children}</bdi>;

export const Badge = ({ tone = "", children }: { tone?: Tone; children: ComponentChildren }) => (
  <span class={`badge ${tone}`}>{children}</span>
);

/** A time as it is here; in UTC for those who point at it. */
export function Time({ at }: { at: string }) {
  const date = new Date(at);
  return (
    <time class="number" dateTime={at} title={utc(date)}>
      {clock(date)}
    </time>
  );
}

interface ButtonProps {
  children: ComponentChildren;
  onClick?: () => unknown;
  kind?: string; // first, danger, plain, square
  type?: "button" | "submit";
  disabled?: boolean;
  label?: string; // in the place of what it shows
  id?: string;
}

/** A button that cannot be pressed again before what it does is done. */
export function Button({ children, onClick, kind = "", type = "button", disabled, label, id }: ButtonProps) {
  const [busy, setBusy] = useState(false);
  const press = async () => {
    const done = onClick?.();
    if (!(done instanceof Promise)) return;
    setBusy(true);
    try {
      await done;
    } finally {
      setBusy(false);
    }
  };
  return (
    <button id={id} type={type} class={`button ${kind}`} disabled={disabled || busy} aria-busy={busy} aria-label={label} title={label} onClick={press}>
      {children}
    </button>
  );
}

/** Something that people are told; role alert if it is a mistake. */
export const Notice = ({ tone = "", children, onClose }: { tone?: Tone; children: ComponentChildren; onClose?: () => void }) => (
  <div class={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
    <div>{children}</div>
    {onClose && <Button kind="plain" onClick={onClose}>Close</Button>}
  </div>
);

export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <h2>{title}</h2>
    {children}
  </div>
);

export const Loading = ({ lines = 4 }: { lines?: number }) => (
  <div class="loading" role="status">
    <em class="unseen">Loading</em>
    {Array.from({ length: lines }, (_, i) => <span key={i} />)}
  </div>
);

/** What has been read, or that it is being read, or why it cannot be. */
export function Read<T>({ from, lines, children }: { from: Loaded<T>; lines?: number; children: (value: T) => ComponentChildren }) {
  return (
    <>
      {from.error && (
        <Notice tone="bad">
          {from.error} <a href="" onClick={(e) => { e.preventDefault(); from.again(); }}>Try again</a>
        </Notice>
      )}
      {from.value !== undefined ? children(from.value) : !from.error && <Loading lines={lines} />}
    </>
  );
}

/** The title of a page, and of the browser's window. */
export function Head({ title, badge, children }: { title: string; badge?: ComponentChildren; children?: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · Caracal`;
  }, [title]);
  return (
    <header class="head">
      <div class="title">
        <h1><bdi>{title}</bdi></h1>
        {badge}
      </div>
      {children && <div class="row">{children}</div>}
    </header>
  );
}

export const Card = ({ title, aside, children }: { title?: string; aside?: ComponentChildren; children: ComponentChildren }) => (
  <section class="card stack">
    {title && (
      <div class="spread">
        <h2>{title}</h2>
        {aside}
      </div>
    )}
    {children}
  </section>
);

/** Names and values. Values that are not there are left out. */
export const Facts = ({ list, figures }: { list: [string, ComponentChildren][]; figures?: boolean }) => (
  <dl class={figures ? "figures" : "facts"}>
    {list.filter(([, value]) => value !== undefined && value !== "").map(([name, value]) =>
      figures ? (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ) : (
        <><dt>{name}</dt><dd>{value}</dd></>
      ),
    )}
  </dl>
);
