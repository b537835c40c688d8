// Who may do what with a point, as a form has it.

import type { PointDefinition } from "./schema";

/** What a list says; usual is that the point says nothing, and the server's counts. */
export type Say = "usual" | "anyone" | "some" | "nobody";

export interface Who {
  say: Say;
  entries: string; // of some, a line each
}

export interface Rules {
  play: Who;
  publish: Who;
  allow: string; // a network on each line
  deny: string;
  schemes: string[]; // none: as the server says
  players: string;
  bandwidth: string;
  player_bandwidth: string;
  session_length: string;
}

export const schemes = ["Negotiate", "NTLM", "Digest", "Basic"] as const;

type Settings = Record<string, unknown>;

const settings = (v: unknown): Settings => (typeof v === "object" && v !== null ? (v as Settings) : {});

const list = (v: unknown): string[] | undefined => (Array.isArray(v) ? v.map(String) : undefined);

const written = (v: unknown): string => (typeof v === "string" || typeof v === "number" ? String(v) : "");

const lines = (text: string): string[] => text.split(/[\n,]/).map((l) => l.trim()).filter(Boolean);

function whoOf(v: unknown): Who {
  const l = list(v);
  if (!l) return { say: "usual", entries: "" };
  if (l.length === 0) return { say: "nobody", entries: "" };
  if (l.length === 1 && l[0] === "anyone") return { say: "anyone", entries: "" };
  return { say: "some", entries: l.join("\n") };
}

function entriesOf(w: Who): string[] | undefined {
  switch (w.say) {
    case "usual":
      return undefined;
    case "anyone":
      return ["anyone"];
    case "nobody":
      return [];
  }
  return lines(w.entries);
}

/** Fills the form from a definition. */
export function rulesOf(d: PointDefinition): Rules {
  const access = settings(d.access);
  const limits = settings(d.limits);
  return {
    play: whoOf(access["play"]),
    publish: whoOf(access["publish"]),
    allow: (list(access["allow"]) ?? []).join("\n"),
    deny: (list(access["deny"]) ?? []).join("\n"),
    schemes: list(settings(d.auth)["schemes"]) ?? [],
    players: written(limits["players"]),
    bandwidth: written(limits["bandwidth"]),
    player_bandwidth: written(limits["player_bandwidth"]),
    session_length: written(limits["session_length"]),
  };
}

/** Sets keys that say something and takes those out that say nothing; undefined if none is left. */
function put(into: unknown, values: Settings): Settings | undefined {
  const all = { ...settings(into) };
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined || value === "") delete all[key];
    else all[key] = value;
  }
  return Object.keys(all).length > 0 ? all : undefined;
}

const some = (l: string[]): string[] | undefined => (l.length > 0 ? l : undefined);

/** A definition with the rules of a form; all else in it stays. */
export function withRules(d: PointDefinition, r: Rules): PointDefinition {
  const { access: _a, auth: _u, limits: _l, ...rest } = d;
  const access = put(d.access, {
    play: entriesOf(r.play), publish: entriesOf(r.publish), allow: some(lines(r.allow)), deny: some(lines(r.deny)),
  });
  const auth = put(d.auth, { schemes: some(r.schemes) });
  const limits = put(d.limits, {
    players: r.players === "" ? "" : Number(r.players), bandwidth: r.bandwidth, player_bandwidth: r.player_bandwidth, session_length: r.session_length,
  });
  return { ...rest, ...(access && { access }), ...(auth && { auth }), ...(limits && { limits }) };
}
