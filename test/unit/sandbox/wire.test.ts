import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { APPS, CONNECTORS, PEOPLE } from "../../../src/sandbox/seed.ts";
import type { Sandbox } from "../../../src/sandbox/start.ts";
import { until } from "../../support/until.ts";
import { call, NOBODY, openSandbox } from "./harness.ts";

const PATTERN = '"^[a-zA-Z0-9]{27}$"';

describe("ids and paths", () => {
  it.each([
    ["GET", "/api/v1/apps/short"],
    ["GET", `/api/v1/apps/${APPS.hr.id}%2F`],
    ["GET", `/api/v1/apps/${APPS.hr.id}/connectors/create`],
    ["GET", "/api/v1/users/jane.doe%40acme.example"],
    ["POST", "/api/v1/apps/Acme%20HR/connectors"],
  ])("%s %s answers 400 and quotes the pattern", async (method, path) => {
    const sandbox = await openSandbox();
    const reply = await call(sandbox, method, path, method === "POST" ? {} : undefined);
    expect([reply.status, reply.json.code]).toEqual([400, 3]);
    expect(reply.json.message).toContain(PATTERN);
  });

  it("quotes the pattern for ids in bodies too", async () => {
    const sandbox = await openSandbox();
    const reply = await call(sandbox, "POST", "/api/v1/apps", { displayName: "x", owners: ["jane"] });
    expect(reply.status).toBe(400);
    expect(reply.json.message).toContain(
      `CreateAppRequest.owners[0]: value does not match regex pattern ${PATTERN}`,
    );
  });

  it("answers 404 with code 5 for a well-formed id without an object", async () => {
    const sandbox = await openSandbox();
    const reply = await call(sandbox, "GET", `/api/v1/apps/${NOBODY}`);
    expect(reply.status).toBe(404);
    expect(reply.json).toEqual({
      code: 5,
      message: expect.stringMatching(/^not found \(request-id: \w{27}\)$/),
      details: [],
    });
  });

  it("treats dots in a path literally", async () => {
    const sandbox = await openSandbox();
    // fetch would resolve them before sending.
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${sandbox.issueToken()}` };
      const { hostname, port } = new URL(sandbox.serverUrl);
      request({ hostname, port, path: `/api/v1/users/../apps/${APPS.hr.id}`, headers }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on("error", reject)
        .end();
    });
    expect(status).toBe(404);
  });

  it("decodes each segment separately, and refuses invalid encoding", async () => {
    const sandbox = await openSandbox();
    const encoded = APPS.hr.id.replace("2", "%32");
    expect((await call(sandbox, "GET", `/api/v1/apps/${encoded}`)).json.app.displayName).toBe("Acme HR");
    expect((await call(sandbox, "GET", "/api/v1/apps/%zz")).status).toBe(400);
  });

  it.each([
    ["/api/v1/apps/", 8],
    ["/api/v1/apps//connectors", 8],
    ["/api/v1/apps//owners", 8],
    [`/api/v1/apps/${APPS.hr.id}/connectors/`, 1],
    [`/api/v2/apps/${APPS.hr.id}/connectors/${CONNECTORS.hrOkta.id}/owners/users//${PEOPLE.samLee.id}`, 2],
  ])("answers an empty segment in GET %s with the collection's list and 200", async (path, rows) => {
    const sandbox = await openSandbox();
    const reply = await call(sandbox, "GET", path);
    expect(reply.status).toBe(200);
    expect(reply.json.list).toHaveLength(rows);
  });

  it("redirects an empty segment of other methods to the collection", async () => {
    const sandbox = await openSandbox();
    const users = await call(sandbox, "GET", "/api/v1/users/");
    expect([users.status, users.headers.get("location")]).toEqual([301, "/api/v1/users"]);
    const post = await call(sandbox, "POST", "/api/v1/apps//connectors", { catalogId: NOBODY });
    expect([post.status, post.headers.get("location")]).toEqual([301, "/api/v1/apps"]);
    expect(sandbox.state.connectors).toHaveLength(4);
    const policies = await call(sandbox, "GET", "/api/v1/policies/");
    const followed = await call(sandbox, "GET", policies.headers.get("location") ?? "");
    expect(followed.json.list.length).toBeGreaterThan(0);
  });

  it("answers 200 and a web page outside of the API", async () => {
    const sandbox = await openSandbox();
    for (const path of ["/", "/apps", "/api/v3/apps", "/auth/v1/other"]) {
      const response = await fetch(`${sandbox.serverUrl}${path}`);
      expect([path, response.status, response.headers.get("content-type")]).toEqual([
        path,
        200,
        "text/html; charset=utf-8",
      ]);
    }
  });

  it("answers 404 for unknown paths, 501 for unsupported methods", async () => {
    const sandbox = await openSandbox();
    expect((await call(sandbox, "GET", "/api/v1/nothing")).json.code).toBe(5);
    const patched = await call(sandbox, "PATCH", "/api/v1/apps", {});
    expect([patched.status, patched.json.code]).toEqual([501, 12]);
  });
});

describe("request bodies", () => {
  it.each([
    ["no body", undefined, "unexpected token null"],
    ["null", "null", "unexpected token null"],
    ["a list", "[1]", "unexpected token ["],
    ["a string", '"x"', 'unexpected token "'],
    ["broken JSON", "{", "invalid JSON"],
    ["an unknown field", { displayName: "x", name: "y" }, 'unknown field "name"'],
    [
      "an unknown nested field",
      { displayName: "x", appEntitlementOwnerRefs: [{ appId: NOBODY, id: NOBODY, x: 1 }] },
      'appEntitlementOwnerRefs[0]: unknown field "x"',
    ],
    ["a wrong type", { displayName: 7 }, "CreateAppRequest.displayName: expected string, received number"],
    ["a missing field", {}, "CreateAppRequest.displayName: expected string"],
    ["an empty name", { displayName: "" }, "CreateAppRequest.displayName"],
    [
      "a fraction",
      { displayName: "x", monthlyCostUsd: 1.5 },
      "monthlyCostUsd: expected integer, received float",
    ],
    [
      "more than an int32",
      { displayName: "x", monthlyCostUsd: 2 ** 31 },
      "monthlyCostUsd: value must be an int32",
    ],
    [
      "an unknown enum value",
      { displayName: "x", identityMatching: "STRICT" },
      'identityMatching: unknown enum value "STRICT"',
    ],
  ])("refuses %s with 400 and names it", async (_name, body, message) => {
    const sandbox = await openSandbox();
    const before = sandbox.state.apps.length;
    const reply = await call(sandbox, "POST", "/api/v1/apps", body);
    expect([reply.status, reply.json.code]).toEqual([400, 3]);
    expect(reply.json.message).toContain(message);
    expect(sandbox.state.apps).toHaveLength(before);
  });

  it("treats null as unset", async () => {
    const sandbox = await openSandbox();
    const reply = await call(sandbox, "POST", "/api/v1/apps", {
      displayName: "Nulls",
      description: null,
      owners: null,
      monthlyCostUsd: null,
      annotations: null,
      grantPolicyId: "",
    });
    expect(reply.json.app).toMatchObject({ description: "", monthlyCostUsd: 0, annotations: {} });
  });

  it("ignores unknown fields and parameters if configured", async () => {
    const sandbox = await openSandbox({ rejectUnknownFields: false });
    const body = { displayName: "x", extra: 1, matchBatonRef: null };
    expect((await call(sandbox, "POST", "/api/v1/apps", body)).status).toBe(200);
    expect((await call(sandbox, "GET", "/api/v1/apps?pageSize=10")).status).toBe(200);
    expect((await call(sandbox, "POST", "/api/v1/apps", { extra: 1 })).status).toBe(400);
  });

  it("refuses unknown query parameters, other content types and invalid UTF-8", async () => {
    const sandbox = await openSandbox();
    const query = await call(sandbox, "GET", "/api/v1/apps?pageSize=10");
    expect(query.json.message).toContain('unknown query parameter "pageSize"');
    const plain = await call(sandbox, "POST", "/api/v1/apps", "{}", { "content-type": "text/plain" });
    expect(plain.json.message).toContain("content type");
    const response = await fetch(`${sandbox.serverUrl}/api/v1/apps`, {
      method: "POST",
      headers: { authorization: `Bearer ${sandbox.issueToken()}`, "content-type": "application/json" },
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: 2 });
  });

  it("limits the size", async () => {
    const sandbox = await openSandbox({ maxBodyBytes: 1000 });
    const reply = await call(sandbox, "POST", "/api/v1/apps", { displayName: "x".repeat(2000) });
    expect(reply.status).toBe(413);
    expect(sandbox.requests.at(-1)).toMatchObject({ status: 413, body: undefined });
    expect((await call(sandbox, "GET", "/api/v1/apps")).status).toBe(200);
  });
});

describe("pages", () => {
  async function walk(sandbox: Sandbox, pageSize: number) {
    const seen: string[] = [];
    const lengths: number[] = [];
    let pageToken = "";
    do {
      const { json } = await call(sandbox, "POST", "/api/v1/search/users", { pageSize, pageToken });
      seen.push(...json.list.map((row: { user: { id: string } }) => row.user.id));
      lengths.push(json.list.length);
      pageToken = json.nextPageToken;
    } while (pageToken !== "");
    return { seen, lengths };
  }

  it("lead through 5,000 people, each once, and are longer than requested", async () => {
    const sandbox = await openSandbox({ people: 5000 });
    const { seen, lengths } = await walk(sandbox, 100);
    const shown = sandbox.state.users.filter(({ status }) => status !== "DELETED");
    expect(seen).toEqual(shown.map(({ id }) => id));
    expect(seen.length).toBeGreaterThan(5000);
    expect(lengths[0]).toBeGreaterThan(100);
    expect(Math.max(...lengths)).toBeLessThan(110);
  });

  it("have 25 rows or more by default, 10 or more at least", async () => {
    const sandbox = await openSandbox({ apps: 200 });
    const lengthOf = async (query: string) =>
      (await call(sandbox, "GET", `/api/v1/apps${query}`)).json.list.length;
    expect(await lengthOf("")).toBeGreaterThan(25);
    expect(await lengthOf("?page_size=0")).toBe(await lengthOf(""));
    expect(await lengthOf("?page_size=1")).toBe(await lengthOf("?page_size=10"));
    expect(await lengthOf("?page_size=10")).toBeGreaterThan(10);
    expect(await lengthOf("?page_size=10")).toBeLessThan(20);
  });

  it.each([101, -1, 5000])("of %i rows are refused", async (size) => {
    const sandbox = await openSandbox();
    const get = await call(sandbox, "GET", `/api/v1/apps?page_size=${size}`);
    const search = await call(sandbox, "POST", "/api/v1/search/users", { pageSize: size });
    for (const reply of [get, search]) {
      expect(reply.status).toBe(400);
      expect(reply.json.message).toContain("value must be inside range [0, 100]");
    }
  });

  it("refuse tokens that are invented or come from another list", async () => {
    const sandbox = await openSandbox({ apps: 50, people: 50 });
    const { json } = await call(sandbox, "GET", "/api/v1/apps?page_size=10");
    const next = await call(sandbox, "GET", `/api/v1/apps?page_size=100&page_token=${json.nextPageToken}`);
    expect(next.status).toBe(200);
    const other = await call(sandbox, "POST", "/api/v1/search/users", { pageToken: json.nextPageToken });
    const invented = await call(sandbox, "GET", "/api/v1/apps?page_token=MTA");
    for (const reply of [other, invented]) {
      expect([reply.status, reply.json.message]).toEqual([400, expect.stringContaining("page token")]);
    }
    expect((await call(sandbox, "GET", "/api/v1/apps?page_size=ten")).status).toBe(400);
  });

  it("bind a token to the filters of its search", async () => {
    const sandbox = await openSandbox({ people: 100 });
    const first = await call(sandbox, "POST", "/api/v1/search/users", { query: "a", pageSize: 10 });
    const { nextPageToken: pageToken } = first.json;
    expect(
      (await call(sandbox, "POST", "/api/v1/search/users", { query: "a", pageSize: 20, pageToken })).status,
    ).toBe(200);
    expect((await call(sandbox, "POST", "/api/v1/search/users", { query: "b", pageToken })).status).toBe(400);
  });
});

describe("the request log", () => {
  it("records the undecoded request, whose token it had, and the response", async () => {
    const sandbox = await openSandbox();
    await call(sandbox, "GET", "/api/v1/apps/%32?page_size=1");
    await call(sandbox, "POST", "/api/v1/apps", { displayName: "Recorded" });
    await call(sandbox, "POST", "/api/v1/search/apps", "{");
    await fetch(`${sandbox.serverUrl}/elsewhere`);
    expect(sandbox.requests).toEqual([
      {
        method: "GET",
        path: "/api/v1/apps/%32?page_size=1",
        body: undefined,
        status: 400,
        operation: "apps.get",
        writes: false,
        userId: PEOPLE.caller.id,
      },
      {
        method: "POST",
        path: "/api/v1/apps",
        body: { displayName: "Recorded" },
        status: 200,
        operation: "apps.create",
        writes: true,
        userId: PEOPLE.caller.id,
      },
      {
        method: "POST",
        path: "/api/v1/search/apps",
        body: "{",
        status: 400,
        operation: "apps.search",
        writes: false,
        userId: PEOPLE.caller.id,
      },
      {
        method: "GET",
        path: "/elsewhere",
        body: undefined,
        status: 200,
        operation: undefined,
        writes: false,
        userId: undefined,
      },
    ]);
  });

  it("includes a client that leaves in the middle of its body", async () => {
    const sandbox = await openSandbox();
    await new Promise<void>((resolve) => {
      const leaving = request(`${sandbox.serverUrl}/api/v1/apps`, {
        method: "POST",
        headers: { "content-length": 100 },
      });
      leaving.on("error", () => resolve());
      leaving.write("{");
      void until("the request", () => sandbox.requests.length === 1).then(() => leaving.destroy());
    });
    expect((await call(sandbox, "GET", "/api/v1/apps")).status).toBe(200);
    expect(sandbox.requests[0]).toMatchObject({ operation: "apps.create", status: 0 });
  });
});
