// Made from web/api/openapi.yaml by go generate ./web/...: change that.

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  problems?: Mistake[];
};

export type Mistake = {
  line?: number;
  key?: string;
  text: string;
};

export type Server = {
  version: string;
  started: string;
  uptime_seconds: number;
  listeners: Listener[];
  players: {
    now: number;
    total: number;
  };
  points: number;
  cache: {
    used: number;
    budget: number;
  };
  events: Record<string, number>;
  persistent: boolean;
  public_host: string;
  accounts: boolean;
  ffmpeg: boolean;
  certificates?: Certificate[];
};

export type Certificate = {
  file: string;
  not_after: string;
};

export type Listener = {
  protocol: string;
  address: string;
  point?: string;
  connections: number;
  udp_port?: number;
};

export type Login = {
  name: string;
  password: string;
};

export type Session = {
  account: string;
  groups: string[];
  local: boolean;
  csrf_token?: string;
  expires?: string;
};

export type PointKind = "on-demand" | "broadcast" | "playlist" | "redirect" | "proxy";

export type PointState = "ready" | "live" | "waiting" | "stopped" | "failed";

export type PointOrigin = "file" | "state" | "changed" | "flag" | "encoder" | "sample";

export type PointList = {
  points: Point[];
  next_cursor?: string;
};

export type Point = {
  name: string;
  kind: PointKind;
  state: PointState;
  error?: string;
  origin: PointOrigin;
  definition?: PointDefinition;
  players: number;
  now?: Now;
  source?: Source;
  list?: boolean;
  multicast?: boolean;
  archiving?: boolean;
  etag: string;
};

export type PointDefinition = {
  path?: string;
  wrapper?: string;
  redirect?: string;
  use_proxy?: string[];
  on_demand?: Settings;
  broadcast?: {
    source?: string;
    profile?: string;
    publishers?: string[];
    key?: string;
    batch?: string;
    fast_start?: string;
    keep?: string;
    memory?: string;
    linger?: string;
    commands?: boolean;
    fallback?: string;
    fallback_after?: string;
    insert?: Settings;
    push?: Settings;
    pull?: Settings;
    msbd?: Settings;
    archive?: Settings;
    multicast?: {
      group?: string;
      port?: number;
      interface?: string;
      ttl?: number;
      loopback?: boolean;
      fec_span?: number;
      beacon?: string;
      unicast_url?: string;
      log?: boolean;
      title?: string;
    };
  };
  proxy?: Settings;
  auth?: Settings;
  access?: Settings;
  limits?: Settings;
  access_log?: "" | "off" | "server" | "own" | "both";
};

export type Settings = Record<string, unknown>;

export type PointCreate = {
  name: string;
  definition: PointDefinition;
};

export type Now = {
  name: string;
  role?: string;
  number: number;
  since: string;
  duration_seconds?: number;
  live?: boolean;
  inserted?: boolean;
  fallback?: boolean;
};

export type Source = {
  point?: string;
  from?: string;
  phase: "connecting" | "streaming" | "waiting" | "stopped";
  since: string;
  packets: number;
  bytes: number;
  bit_rate: number;
  starts: number;
  tries: number;
  retry_in_seconds?: number;
  note?: string;
  last_error?: string;
};

export type SourceList = {
  sources: Source[];
  next_cursor?: string;
};

export type ItemList = {
  items: {
    name: string;
    size_bytes?: number;
    live?: boolean;
  }[];
  next_cursor?: string;
};

export type Announcements = {
  name: string;
  links: {
    id: string;
    player: string;
    urls: string[];
    announcement?: string;
  }[];
};

export type Header = {
  name: string;
  size_bytes?: number;
  packets?: number;
  packet_size_bytes: number;
  duration_seconds: number;
  preroll_ms: number;
  bit_rate: number;
  broadcast: boolean;
  seekable: boolean;
  protected: boolean;
  indexes: string[];
  streams: HeaderStream[];
  metadata: HeaderText[];
  markers: HeaderTimed[];
  script_commands: HeaderTimed[];
  objects: HeaderObject[];
  issues: Settings[];
};

export type HeaderStream = {
  number: number;
  kind: string;
  codec: string;
  format: string;
  bit_rate: number;
  language?: string;
  encrypted: boolean;
  width?: number;
  height?: number;
  channels?: number;
  sample_rate?: number;
  bits_per_sample?: number;
};

export type HeaderText = {
  name: string;
  value: string;
  stream?: number;
};

export type HeaderTimed = {
  time_seconds: number;
  type?: string;
  value: string;
};

export type HeaderObject = {
  name: string;
  guid: string;
  size_bytes: number;
  objects?: HeaderObject[];
};

export type Statistics = {
  until: string;
  step_seconds: number;
  bit_rate_in: number[];
  bit_rate_out: number[];
  players: number[];
  packets: Packet[];
  losses: Losses;
  script_commands: SentCommand[];
};

export type Packet = {
  number: number;
  send_ms: number;
  size: number;
  padding: number;
  clean: boolean;
  lost_before?: number;
  streams: number[];
};

export type Losses = {
  late: number;
  skipped: number;
  lost: number;
};

export type SentCommand = {
  time?: string;
  send_ms?: number;
  type: string;
  param: string;
};

export type Playlist = {
  items: {
    number: number;
    name: string;
  }[];
  editable: boolean;
  changed?: boolean;
  now?: Now;
  etag: string;
};

export type ItemAdd = {
  source: string;
  to?: number;
};

export type ItemMove = {
  to?: number;
};

export type Skip = {
  by?: number;
};

export type Insert = {
  source: string;
  how?: "after" | "pause" | "leave";
};

export type Command = {
  type: string;
  param?: string;
};

export type PlayerList = {
  players: Player[];
  next_cursor?: string;
};

export type Player = {
  id: number;
  protocol: string;
  address: string;
  agent: string;
  account?: string;
  point?: string;
  target: string;
  via?: string;
  state: "init" | "idle" | "streaming" | "waiting" | "ended";
  started: string;
  packets: number;
  bytes: number;
  late: number;
  skipped: number;
  lost: number;
  jitter_ms: number;
};

export type Event = {
  time: string;
  type: string;
  point?: string;
  player?: {
    id: number;
    protocol: string;
    address: string;
    agent?: string;
    target?: string;
    account?: string;
  };
  fields?: Record<string, unknown>;
};

export type AccountList = {
  accounts: Account[];
  next_cursor?: string;
};

export type Account = {
  name: string;
  groups: string[];
  created?: string;
  changed?: string;
  etag: string;
};

export type AccountAdd = {
  name: string;
  password: string;
  groups?: string[];
};

export type AccountChange = {
  groups: string[];
};

export type Password = {
  password: string;
};

export type GroupList = {
  groups: {
    name: string;
    accounts: number;
  }[];
  next_cursor?: string;
};

export type Limits = {
  limits: Limit[];
  next_cursor?: string;
  etag: string;
};

export type Limit = {
  key: string;
  point?: string;
  value: string;
  limit: number;
  used?: number;
  unit?: "players" | "connections" | "bits_per_second" | "seconds" | "per_second";
  origin: "default" | "file" | "flag" | "state";
  where?: string;
  configured?: string;
  changeable?: boolean;
};

export type LimitsChange = {
  limits: Record<string, unknown>;
};

export type LogEntries = {
  entries: LogEntry[];
};

export type LogEntry = {
  number: number;
  time: string;
  level: "debug" | "info" | "warn" | "error";
  message: string;
  attributes: Record<string, string>;
};

export type Configuration = {
  file: string;
  state?: string;
  keys: ConfigurationKey[];
  next_cursor?: string;
};

export type ConfigurationKey = {
  key: string;
  value: string;
  origin: "default" | "file" | "flag" | "state";
  where?: string;
};

export type ConfigurationCheck = {
  ok: boolean;
  problems: Mistake[];
};

export type ConfigurationDiff = {
  changes: ({
    key: string;
    before?: string;
    after?: string;
    effect: "live" | "point" | "server";
  })[];
};
