/**
 * A thin client of Milepost's API: every path and body is typed by `schema.ts`, which is
 * generated from the OpenAPI document. Nothing here knows a path by name but `signIn`.
 */

import createClient, { type Client, type Middleware } from "openapi-fetch";

import type { components, paths } from "./schema.js";

export type { components, operations, paths } from "./schema.js";

/** What is sent and answered, by name: `Schemas["StepOut"]`. */
export type Schemas = components["schemas"];

/** `GET`, `POST`, `PUT`, `PATCH` and `DELETE` by path; a refusal is thrown as `Problem`. */
export type Milepost = Client<paths>;

export interface Options {
  /** Where Milepost is, without `/api/v1`. */
  baseUrl: string;
  /** The `access_token` of a sign-in, or an API key. */
  token?: string;
  /** Another way to send requests, for tests and old platforms. */
  fetch?: (request: Request) => Promise<Response>;
}

/** A refusal: `code` is for programs, `message` for people, `document` has the reasons. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly document: Schemas["Problem"];
  /** After how many seconds to try again, where the server says so. */
  readonly retryAfter: number | null;

  constructor(document: Schemas["Problem"], retryAfter: number | null = null) {
    super(document.detail);
    this.status = document.status;
    this.code = document.code;
    this.document = document;
    this.retryAfter = retryAfter;
  }

  static async of(response: Response): Promise<Problem> {
    const wait = Number(response.headers.get("retry-after") ?? Number.NaN);
    return new Problem(await readProblem(response), Number.isFinite(wait) ? wait : null);
  }
}

export function createMilepost({ baseUrl, token, fetch }: Options): Milepost {
  const client = createClient<paths>({
    baseUrl: baseUrl.replace(/\/+$/, ""),
    ...(fetch === undefined ? {} : { fetch }),
  });
  client.use(keyed, throwing);
  if (token !== undefined) client.use(bearer(token));
  return client;
}

/** Sign in by e-mail and password; the client returned sends the token it got. */
export async function signIn(
  options: Options & { email: string; password: string },
): Promise<Milepost> {
  const { email, password, ...where } = options;
  const session = await ok(
    createMilepost(where).POST("/api/v1/sessions", { body: { email, password } }),
  );
  return createMilepost({ ...where, token: session.access_token });
}

/** What an answer holds: `await ok(milepost.GET("/api/v1/me"))`. */
export async function ok<T>(
  answering: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, response } = await answering;
  if (!response.ok) throw await Problem.of(response);
  return data as T;
}

/**
 * Send until there is an answer, each time with the same Idempotency-Key, so that it is done
 * once however often it is sent:
 *
 *     await repeatable((key) =>
 *       ok(milepost.POST(path, { params: { path: …, header: { "Idempotency-Key": key } }, body })))
 */
export async function repeatable<T>(
  send: (key: string) => Promise<T>,
  { tries = 3, wait = 0.5 }: { tries?: number; wait?: number } = {},
): Promise<T> {
  const key = crypto.randomUUID();
  for (let done = 1; ; done += 1) {
    try {
      return await send(key);
    } catch (error) {
      if (done >= tries || !mayPass(error)) throw error;
      const seconds = (error instanceof Problem ? error.retryAfter : null) ?? wait * done;
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }
}

/** Every item of a list, page after page: `for await (const user of all((cursor) => …))`. */
export async function* all<T>(
  list: (cursor: string | undefined) => Promise<{ items: T[]; next_cursor?: string | null }>,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    yield* page.items;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}

const keyed: Middleware = {
  onRequest({ request }) {
    if (request.method === "POST" && !request.headers.has("idempotency-key")) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
  },
};

const throwing: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await Problem.of(response);
  },
};

function bearer(token: string): Middleware {
  return {
    onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${token}`);
    },
  };
}

/** Whether sending again may help: nothing was answered, or the server has no time just now. */
function mayPass(error: unknown): boolean {
  if (error instanceof Problem) return error.status === 503 || error.status === 429;
  return error instanceof TypeError;
}

async function readProblem(response: Response): Promise<Schemas["Problem"]> {
  try {
    const read: unknown = await response.clone().json();
    if (typeof read === "object" && read !== null && "code" in read) {
      return read as Schemas["Problem"];
    }
  } catch {
    // Something in between answered, in its own words: the status has to say it all.
  }
  return {
    type: "about:blank",
    title: response.statusText,
    status: response.status,
    code: "unexpected_answer",
    detail: `The server answered ${response.status}.`,
    instance: "",
    request_id: response.headers.get("x-request-id"),
  };
}
