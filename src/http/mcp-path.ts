/** Where the server speaks MCP. */
export const MCP_PATH = "/mcp";
