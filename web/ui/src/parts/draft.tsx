// The fields of a point.

import { places, type Draft, type SourceKind } from "../draft";
import { Check, Choices, Field } from "./form";

interface Props {
  of: Draft;
  set: (change: Partial<Draft>) => void;
}

export const kinds = [
  { value: "on-demand", name: "On demand", about: "Files of a folder, or one file: each player plays from the beginning." },
  { value: "broadcast", name: "Broadcast", about: "All players get the same at the same time: an encoder, a test picture, another server." },
  { value: "playlist", name: "Playlist", about: "A list of files and broadcasts that each player plays from its beginning." },
  { value: "multicast", name: "Multicast", about: "A broadcast that is also sent once to a group in your network." },
  { value: "redirect", name: "Redirect", about: "Players are sent to another server." },
  { value: "proxy", name: "Proxy", about: "What another server has, fetched when somebody asks for it." },
] as const;

export const KindField = ({ of, set }: Props) => (
  <Choices legend="What to publish" value={of.kind} onInput={(kind) => set({ kind: kind as Draft["kind"] })} list={kinds} />
);

const sources = [
  { value: "test", name: "Test picture", about: "FFmpeg makes one, with a tone." },
  { value: "push", name: "An encoder sends it", about: "Windows Media Encoder, or FFmpeg, to this server." },
  { value: "pull", name: "Another server", about: "Fetched once, for all players here." },
  { value: "loop", name: "A folder, again and again", about: "The files in it, as if live." },
  { value: "playlist", name: "A playlist, as if live", about: "All players hear the same item." },
  { value: "ffmpeg", name: "Anything FFmpeg reads", about: "A camera, a capture card, a URL." },
] as const;

const profiles = ["wmp64-28k", "wmp7-56k", "wmp9-300k", "wmp11-1m", "xbox", "divx3-300k", "barix-audio", "copy"];

/** Where what is published comes from. */
export function SourceFields({ of, set }: Props) {
  switch (of.kind) {
    case "on-demand":
      return <Field label="Folder or file" value={of.path} onInput={(path) => set({ path })} required hint="The whole path on the server's machine" />;
    case "playlist":
      return <Field label="Playlist file" value={of.path} onInput={(path) => set({ path })} required hint="The whole path on the server's machine: .wsx .asx .m3u .pls .wpl" />;
    case "redirect":
      return <Field label="URL" value={of.redirect} onInput={(redirect) => set({ redirect })} required hint="http://other.example/film.wmv" />;
    case "proxy":
      return <Field label="URL of the other server" value={of.proxy} onInput={(proxy) => set({ proxy })} required hint="http://origin.example:8080/films, or rtsp://; what players ask for is looked for below it" />;
  }
  const place = places[of.source];
  return (
    <div class="stack wide">
      <Choices legend="Source" value={of.source} onInput={(s) => set({ source: s as SourceKind, where: "" })} list={sources} />
      {place && <Field label={place.label} value={of.where} onInput={(where) => set({ where })} hint={place.hint} required />}
      {(of.source === "test" || of.source === "ffmpeg") && (
        <Field label="Profile" value={of.profile} onInput={(profile) => set({ profile })} suggestions={profiles} hint="Which players it is encoded for; caracal config profiles lists them" />
      )}
    </div>
  );
}

/** The name, and what may be left as it is. */
export function OptionFields({ of, set, fixed }: Props & { fixed?: boolean }) {
  const live = of.kind === "broadcast" || of.kind === "multicast";
  return (
    <div class="stack wide">
      {!fixed && <Field label="Name" value={of.name} onInput={(name) => set({ name })} hint="Players open mms://host/NAME. Empty is the root." />}
      {live && of.source === "push" && (
        <>
          <Field label="Key" value={of.key} onInput={(key) => set({ key })} type="password" autocomplete="new-password" hint="What encoders on other machines send as a password; empty: none may" />
          <Field label="Fallback" value={of.fallback} onInput={(fallback) => set({ fallback })} hint="A file, a folder or a playlist that plays while the encoder sends nothing" />
        </>
      )}
      {live && <Field label="Archive folder" value={of.archive} onInput={(archive) => set({ archive })} hint="What is broadcast is written into files there; empty: it is not" />}
      {live && <Check label="Script commands can be sent to players" value={of.commands} onInput={(commands) => set({ commands })} />}
      {of.kind === "multicast" && (
        <div class="columns">
          <Field label="Group" value={of.group} onInput={(group) => set({ group })} required hint="239.192.0.1, or ff18::1" />
          <Field label="UDP port" type="number" value={of.port} onInput={(port) => set({ port })} required hint="1 to 65535" />
          <Field label="Routers that it may pass (TTL)" type="number" value={of.ttl} onInput={(ttl) => set({ ttl })} />
          <Field label="Interface" value={of.iface} onInput={(iface) => set({ iface })} hint="eth1, or an address of it; empty: the system's choice" />
        </div>
      )}
    </div>
  );
}
