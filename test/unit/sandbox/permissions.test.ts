import { describe, expect, it } from "vitest";
import { APPS, CONNECTORS, PEOPLE } from "../../../src/sandbox/seed.ts";
import { call, oktaConfig, openSandbox } from "./harness.ts";

const WHO = "/api/v1/auth/introspect";

describe("roles", () => {
  it("of a viewer allow only reads", async () => {
    const sandbox = await openSandbox();
    sandbox.auth.roles = ["system:viewer"];
    expect((await call(sandbox, "GET", WHO)).json.roles).toEqual(["system:viewer"]);
    expect((await call(sandbox, "GET", "/api/v1/apps")).status).toBe(200);
    const refused = await call(sandbox, "POST", "/api/v1/apps", { displayName: "x" });
    expect([refused.status, refused.json.code]).toEqual([403, 7]);
  });

  it("of a basic user blank other people", async () => {
    const sandbox = await openSandbox();
    sandbox.auth.roles = ["system:user"];
    const other = await call(sandbox, "GET", `/api/v1/users/${PEOPLE.janeDoe.id}`);
    expect(other.json.userView.user).toMatchObject({ id: PEOPLE.janeDoe.id, displayName: "", email: "" });
    const self = await call(sandbox, "GET", `/api/v1/users/${PEOPLE.caller.id}`);
    expect(self.json.userView.user.email).toBe(PEOPLE.caller.email);
    expect((await call(sandbox, "GET", "/api/v1/apps")).status).toBe(403);
  });

  it("that are missing refuse even introspection", async () => {
    const sandbox = await openSandbox();
    sandbox.auth.roles = [];
    expect((await call(sandbox, "GET", WHO)).status).toBe(403);
  });
});

describe("refused operations", () => {
  it("respond with 403, 404 or 501 until the refusal is lifted", async () => {
    const sandbox = await openSandbox();
    sandbox.forbid("apps.list");
    sandbox.notFound("apps.get");
    sandbox.notImplemented("users.search");
    const statuses = async () => [
      (await call(sandbox, "GET", "/api/v1/apps")).status,
      (await call(sandbox, "GET", `/api/v1/apps/${APPS.hr.id}`)).status,
      (await call(sandbox, "POST", "/api/v1/search/users", {})).status,
      (await call(sandbox, "GET", WHO)).status,
    ];
    expect(await statuses()).toEqual([403, 404, 501, 200]);
    sandbox.allowAll();
    expect(await statuses()).toEqual([200, 200, 200, 200]);
  });

  it("can reduce a tenant to three operations", async () => {
    const sandbox = await openSandbox();
    sandbox.only(["apps.create", "connectors.create", "connectorOwners.add"]);
    expect((await call(sandbox, "POST", "/api/v1/apps", { displayName: "x" })).status).toBe(200);
    for (const path of [WHO, "/api/v1/apps", `/api/v1/users/${PEOPLE.zoe.id}`]) {
      const reply = await call(sandbox, "GET", path);
      expect([path, reply.status, reply.json.code]).toEqual([path, 404, 5]);
    }
  });
});

describe("later operations", () => {
  const path = `/api/v1/apps/${APPS.hr.id}/connectors/${CONNECTORS.hrOkta.id}`;
  const calls: [operation: string, path: string, body: object][] = [
    ["connectors.update", path, { connector: { config: oktaConfig }, updateMask: "config" }],
    ["connectors.forceSync", `${path}/force_sync`, {}],
  ];

  it.each(calls)("%s is a write, which a viewer may not do", async (operation, target, body) => {
    const sandbox = await openSandbox();
    expect((await call(sandbox, "POST", target, body)).status).toBe(200);
    sandbox.auth.roles = ["system:viewer"];
    expect((await call(sandbox, "POST", target, body)).status).toBe(403);
    const recorded = [200, 403].map((status) => expect.objectContaining({ operation, writes: true, status }));
    expect(sandbox.requests).toEqual(recorded);
  });

  it.each(calls)("%s can be refused by name", async (operation, target, body) => {
    const sandbox = await openSandbox();
    sandbox.forbid(operation);
    expect((await call(sandbox, "POST", target, body)).status).toBe(403);
    sandbox.notImplemented(operation);
    expect((await call(sandbox, "POST", target, body)).status).toBe(501);
    sandbox.only(["connectors.get"]);
    expect((await call(sandbox, "POST", target, body)).status).toBe(404);
  });
});
