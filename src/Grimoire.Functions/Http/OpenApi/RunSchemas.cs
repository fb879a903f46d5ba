namespace Grimoire.Functions.Http.OpenApi;

/// <summary>The part of <see cref="ApiSchemas"/> that is about runs and tools.</summary>
static class RunSchemas
{
    public const string Text = """
        {
          "RunRequest": {
            "type": "object",
            "additionalProperties": false,
            "required": ["plan"],
            "properties": {
              "plan": {
                "type": "object",
                "additionalProperties": false,
                "required": ["steps"],
                "properties": {
                  "goal": { "type": "string" },
                  "steps": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                      "type": "object",
                      "additionalProperties": false,
                      "required": ["name", "tool"],
                      "properties": { "name": { "type": "string" }, "tool": { "type": "string" }, "inputs": { "type": "object" } }
                    }
                  }
                }
              },
              "account": { "type": "string" },
              "budgetUsd": { "type": "number", "minimum": 0 },
              "notify": { "$ref": "#/components/schemas/Notify" }
            }
          },
          "RunStarted": {
            "allOf": [
              { "$ref": "#/components/schemas/CastStarted" },
              { "type": "object", "required": ["runId", "status"], "properties": { "runId": { "type": "string" }, "status": { "const": "pending" } } }
            ]
          },
          "Run": {
            "type": "object",
            "required": ["id", "status", "steps", "artifacts", "costUsd", "createdAt"],
            "properties": {
              "id": { "type": "string" },
              "goal": { "type": "string" },
              "status": { "enum": ["pending", "running", "succeeded", "failed", "cancelled"] },
              "steps": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["name", "status"],
                  "properties": {
                    "name": { "type": "string" },
                    "tool": { "type": "string" },
                    "status": { "enum": ["pending", "running", "succeeded", "failed", "skipped", "cancelled"] },
                    "output": {},
                    "error": { "$ref": "#/components/schemas/Failure" },
                    "usage": { "type": "array", "items": { "$ref": "#/components/schemas/Usage" } },
                    "costUsd": { "type": "number" }
                  }
                }
              },
              "artifacts": { "type": "array", "items": { "$ref": "#/components/schemas/Artifact" } },
              "costUsd": { "type": "number" },
              "error": { "$ref": "#/components/schemas/Failure" },
              "createdAt": { "type": "string", "format": "date-time" },
              "startedAt": { "type": "string", "format": "date-time" },
              "finishedAt": { "type": "string", "format": "date-time" }
            }
          },
          "ToolList": {
            "type": "object",
            "required": ["tools"],
            "properties": {
              "tools": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["id", "kind", "source"],
                  "properties": {
                    "id": { "type": "string" },
                    "name": { "type": "string" },
                    "kind": { "type": "string" },
                    "delivery": { "enum": ["immediate", "webhook", "poll"] },
                    "description": { "type": "string" },
                    "source": { "enum": ["saved", "folder", "builtIn"] }
                  }
                }
              }
            }
          },
          "Tool": {
            "type": "object",
            "required": ["id", "source", "document"],
            "properties": {
              "id": { "type": "string" },
              "source": { "enum": ["saved", "folder", "builtIn"] },
              "savedAt": { "type": "string", "format": "date-time" },
              "document": { "$ref": "#/components/schemas/ToolDocument" }
            }
          },
          "SavedTool": {
            "type": "object",
            "required": ["id", "savedAt", "warnings"],
            "properties": {
              "id": { "type": "string" },
              "savedAt": { "type": "string", "format": "date-time" },
              "warnings": { "type": "array", "items": { "$ref": "#/components/schemas/Finding" } }
            }
          },
          "ToolTry": {
            "type": "object",
            "additionalProperties": false,
            "properties": { "inputs": { "type": "object" }, "budgetUsd": { "type": "number", "minimum": 0 } }
          }
        }
        """;
}
