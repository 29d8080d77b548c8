declare const __VERSION__: string;

/** The name of this server in MCP, in logs and in the User-Agent. */
export const NAME = "c1-admin-mcp";

/** The package version, inserted by the build (build.mjs) and by the test configuration. */
export const VERSION: string = __VERSION__;
