// A point as a form has it, and the definition that comes of it.

import type { PointDefinition } from "./schema";

export type Kind = "on-demand" | "broadcast" | "playlist" | "multicast" | "redirect" | "proxy";

export type SourceKind = "push" | "test" | "pull" | "loop" | "playlist" | "ffmpeg";

export interface Draft {
  kind: Kind;
  name: string;
  path: string; // on demand: what; playlist: the file
  redirect: string;
  proxy: string; // the other server's URL
  source: SourceKind;
  where: string; // of the source, behind the colon
  profile: string;
  key: string;
  commands: boolean;
  fallback: string;
  archive: string;
  group: string;
  port: string;
  ttl: string;
  iface: string;
}

export const blank: Draft = {
  kind: "on-demand", name: "", path: "", redirect: "", proxy: "", source: "test", where: "", profile: "wmp9-300k", key: "",
  commands: false, fallback: "", archive: "", group: "239.192.0.1", port: "5000", ttl: "1", iface: "",
};

/** What to call the place of each source; none is asked for a push and the test picture. */
export const places: Partial<Record<SourceKind, { label: string; hint: string }>> = {
  pull: { label: "URL", hint: "http://, mms://, rtsp://, msbd://, or the URL of an .nsc file" },
  loop: { label: "Folder or file", hint: "The whole path on the server's machine" },
  playlist: { label: "Playlist file", hint: "The whole path on the server's machine: .wsx .asx .m3u .pls .wpl" },
  ffmpeg: { label: "What FFmpeg reads", hint: "A URL, a file, or device:/dev/video0" },
};

const text = (v: unknown): string => (typeof v === "string" || typeof v === "number" ? String(v) : "");

type Settings = Record<string, unknown>;

/** Fills the form from a definition. */
export function draftOf(name: string, kind: string, d: PointDefinition): Draft {
  const b = d.broadcast;
  const draft: Draft = { ...blank, name, path: d.path ?? "", redirect: d.redirect ?? "", proxy: text(d.proxy?.["origin"]), kind: kindOf(kind, d) };
  if (!b) return draft;
  const [scheme = "", ...rest] = (b.source ?? "push").split(":");
  const where = rest.join(":");
  const m = b.multicast;
  return {
    ...draft,
    source: scheme === "ffmpeg" && where === "test" ? "test" : (scheme as SourceKind),
    where: where === "test" ? "" : where,
    profile: b.profile ?? "wmp9-300k",
    key: b.key ?? "",
    commands: b.commands ?? false,
    fallback: b.fallback ?? "",
    archive: text((b.archive as Settings | undefined)?.["folder"]),
    group: m?.group ?? blank.group,
    port: text(m?.port ?? blank.port),
    ttl: text(m?.ttl ?? blank.ttl),
    iface: m?.interface ?? "",
  };
}

function kindOf(kind: string, d: PointDefinition): Kind {
  if (d.redirect) return "redirect";
  if (d.proxy) return "proxy";
  if (d.broadcast) return d.broadcast.multicast?.group ? "multicast" : "broadcast";
  return kind === "playlist" ? "playlist" : "on-demand";
}

/** Sets keys that have a value and takes those out that have none. */
function put(into: Settings, values: Settings): Settings {
  const all = { ...into };
  for (const [key, value] of Object.entries(values)) {
    if (value === "" || value === false || value === undefined) delete all[key];
    else all[key] = value;
  }
  return all;
}

export function sourceOf(d: Draft): string {
  switch (d.source) {
    case "push":
      return "push";
    case "test":
      return "ffmpeg:test";
  }
  return `${d.source}:${d.where}`;
}

/** The definition of a form. Keys of another one that the form does not know stay. */
export function definitionOf(d: Draft, before: PointDefinition = {}): PointDefinition {
  const { path: _p, redirect: _r, proxy, broadcast, ...rest } = before;
  if (d.kind === "redirect") return { ...rest, redirect: d.redirect };
  if (d.kind === "proxy") return { ...rest, ...(broadcast && { broadcast }), proxy: { ...proxy, origin: d.proxy } };
  if (d.kind === "on-demand" || d.kind === "playlist") return { ...rest, path: d.path };
  const b = (broadcast ?? {}) as Settings;
  const encodes = d.source === "test" || d.source === "ffmpeg";
  const multicast = d.kind === "multicast" ? put((b["multicast"] ?? {}) as Settings, {
    group: d.group, port: Number(d.port), ttl: Number(d.ttl), interface: d.iface,
  }) : undefined;
  const archive = put((b["archive"] ?? {}) as Settings, { folder: d.archive });
  return {
    ...rest,
    broadcast: put(b, {
      source: sourceOf(d),
      profile: encodes ? d.profile : "",
      key: d.source === "push" ? d.key : "",
      commands: d.commands,
      fallback: d.source === "push" ? d.fallback : "",
      archive: d.archive ? archive : undefined,
      multicast,
    }) as PointDefinition["broadcast"],
  };
}
