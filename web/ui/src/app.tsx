// The frame around the pages: who is logged in, the menu, the theme.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Failure, get, isUnreached, reason, remove, setSession, whenLoggedOut } from "./api";
import { AccountsPage } from "./pages/accounts";
import { ConfigurationPage } from "./pages/configuration";
import { LimitsPage } from "./pages/limits";
import { LogPage } from "./pages/log";
import { LoginPage } from "./pages/login";
import { PlayersPage } from "./pages/players";
import { PointPage } from "./pages/point";
import { PointsPage } from "./pages/points";
import { WizardPage } from "./pages/wizard";
import { Button, Empty, Loading, Notice } from "./parts/basic";
import { useReachable } from "./reach";
import { to, useRoute } from "./route";
import type { Session } from "./schema";
import { type Theme, useTheme } from "./use";

const pages: readonly (readonly [path: string, name: string])[] = [
  ["points", "Points"],
  ["players", "Players"],
  ["accounts", "Accounts"],
  ["limits", "Limits"],
  ["log", "Log"],
  ["configuration", "Configuration"],
];

/** undefined: not known yet; null: nobody, for the reason that is said. */
type Who = { session?: Session | null; wrong?: string; again?: boolean };

/** How often a server that does not answer is asked, milliseconds. */
const retry = 2000;

export function App() {
  const [who, setWho] = useState<Who>({});
  const enter = (session: Session | null) => {
    setSession(session);
    setWho({ session });
  };
  const ask = () => {
    get<Session>("/api/session").then(enter, (e) =>
      e instanceof Failure && (e.status === 401 || e.status === 403) ? enter(null) : setWho({ wrong: reason(e), again: isUnreached(e) }),
    );
  };
  useEffect(() => {
    whenLoggedOut(() => enter(null));
    ask();
  }, []);
  useTheme();
  useEffect(() => {
    if (!who.again) return undefined;
    const timer = setTimeout(ask, retry);
    return () => clearTimeout(timer);
  }, [who]);
  if (who.wrong) {
    return (
      <main class="entrance">
        <div class="stack">
          <Notice tone="bad">{who.wrong}</Notice>
          <Button onClick={ask}>Try again</Button>
        </div>
      </main>
    );
  }
  if (who.session === undefined) return <main class="entrance"><Loading lines={2} /></main>;
  if (who.session === null) return <LoginPage onEnter={enter} />;
  return <Shell session={who.session} onLeave={() => enter(null)} />;
}

/** The page of an address. */
function page(route: string[]): ComponentChildren {
  const [first = "points", name, tab = ""] = route;
  switch (first) {
    case "points":
      return name ? <PointPage key={name} name={name === "/" ? "" : name} tab={tab} /> : <PointsPage />;
    case "new":
      return <WizardPage />;
    case "players":
      return <PlayersPage />;
    case "accounts":
      return <AccountsPage />;
    case "limits":
      return <LimitsPage />;
    case "log":
      return <LogPage />;
    case "configuration":
      return <ConfigurationPage />;
  }
  return <Empty title="There is no such page"><a class="button" href={to("points")}>Show the points</a></Empty>;
}

function Shell({ session, onLeave }: { session: Session; onLeave: () => void }) {
  const route = useRoute();
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const where = route.slice(0, 2).join("/");
  const first = useRef(true);
  useLayoutEffect(() => {
    setOpen(false);
    if (!first.current) main.current?.focus();
    first.current = false;
  }, [where]);
  return (
    <div class="shell">
      <a class="button skip" href="#main" onClick={(e) => { e.preventDefault(); main.current?.focus(); }}>Skip the menu</a>
      <header class={`side ${open ? "open" : ""}`}>
        <div class="bar">
          <a class="brand" href={to("points")}><Mark />Caracal</a>
          <button type="button" class="button menu" aria-expanded={open} aria-controls="nav" onClick={() => setOpen(!open)}>Menu</button>
        </div>
        <nav class="nav" id="nav" aria-label="Pages">
          {pages.map(([path, name]) => {
            const here = (route[0] ?? "points") === path || (path === "points" && route[0] === "new");
            return <a key={path} href={to(path)} aria-current={here ? "page" : undefined} onClick={() => setOpen(false)}>{name}</a>;
          })}
        </nav>
        <footer>
          <ThemeChoice />
          <Leave session={session} onLeave={onLeave} />
        </footer>
      </header>
      <main ref={main} tabIndex={-1}>
        <Banner />
        {page(route)}
      </main>
    </div>
  );
}

/** Says for the whole page that the server is gone, and asks it until it is back. */
function Banner() {
  const here = useReachable();
  useEffect(() => {
    if (here) return undefined;
    const timer = setInterval(() => void get("/api/session").catch(() => {}), retry);
    return () => clearInterval(timer);
  }, [here]);
  if (here) return null;
  return <div class="banner"><Notice tone="bad"><strong>The server does not answer.</strong> What is shown here may be old. It is asked every two seconds.</Notice></div>;
}

function Leave({ session, onLeave }: { session: Session; onLeave: () => void }) {
  if (session.local && !session.account) return <span class="small quiet">On the server's own machine</span>;
  return (
    <div class="stack">
      <span class="small quiet break">Logged in as {session.account}</span>
      <Button onClick={async () => { await remove("/api/session"); onLeave(); }}>Log out</Button>
    </div>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useTheme();
  return (
    <label class="field">
      <span class="label">Colours</span>
      <select class="input" value={theme} onChange={(e) => setTheme(e.currentTarget.value as Theme)}>
        <option value="system">As the system</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}

const Mark = () => (
  <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
    <path fill="currentColor" d="M2 1l5 5a9 9 0 0 1 8 0l5-5-1 10a8 8 0 1 1-16 0zm7 8v6l5-3z" />
  </svg>
);
