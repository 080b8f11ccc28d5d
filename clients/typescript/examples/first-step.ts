/**
 * Signs in, begins the program, and hands in the first step with its own example answers:
 *
 *     node dist/examples/first-step.js BASE_URL EMAIL PASSWORD
 *
 * Prints what happened as JSON.
 */

import { Problem, type Schemas, all, ok, repeatable, signIn } from "../src/index.js";

// All that is used of Node here; a page in a browser would use none of it.
declare const process: { argv: string[] };

const [, , baseUrl = "", email = "", password = ""] = process.argv;

const milepost = await signIn({ baseUrl, email, password });
const me = await ok(milepost.GET("/api/v1/me"));
const journey = await ok(milepost.POST("/api/v1/journeys", { body: { program: "fast-track" } }));
const path = { journey_id: journey.id };

const [first] = (
  await ok(milepost.GET("/api/v1/journeys/{journey_id}/steps/available", { params: { path } }))
).items;
if (first === undefined) throw new Error("there is nothing to do");

const step = { ...path, step_slug: first.slug };
const draft = await ok(
  milepost.PUT("/api/v1/journeys/{journey_id}/steps/{step_slug}/draft", {
    params: { path: step },
    body: { data: {} },
  }),
);
const sent: Schemas["HandedInOut"][] = [];
const handedIn = await repeatable(async (key) => {
  const answer = await ok(
    milepost.POST("/api/v1/journeys/{journey_id}/steps/{step_slug}/submissions", {
      params: { path: step, header: { "Idempotency-Key": key, "if-match": draft.etag } },
      body: { data: examples(first) },
    }),
  );
  sent.push(answer);
  // As if the first answer had been lost on its way: the same key, the same outcome.
  if (sent.length === 1) throw new TypeError("fetch failed");
  return answer;
});

let refusal: Problem | undefined;
try {
  await ok(
    milepost.POST("/api/v1/journeys/{journey_id}/steps/{step_slug}/start", {
      params: { path: { ...path, step_slug: "sprint-30-program-overview" } },
    }),
  );
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  refusal = error;
}

const sharing: string[] = [];
for await (const grant of all(async (cursor) =>
  ok(
    milepost.GET("/api/v1/grants", {
      params: { query: { side: "given", limit: 1, ...(cursor === undefined ? {} : { cursor }) } },
    }),
  ),
)) {
  sharing.push(grant.audience_name);
}

console.log(
  JSON.stringify({
    email: me.email,
    step: handedIn.step,
    versions: sent.map((answer) => answer.version),
    unlocked: handedIn.unlocked.map((opened) => opened.slug),
    refusal: refusal && { code: refusal.code, why: refusal.document["why"] },
    sharing,
  }),
);

/** The object made of each field's first example is a valid answer. */
function examples(shown: Schemas["StepOut"]): Record<string, unknown> {
  const properties = shown.form?.["properties"] as Record<string, { examples: unknown[] }>;
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, field.examples[0]]),
  );
}
