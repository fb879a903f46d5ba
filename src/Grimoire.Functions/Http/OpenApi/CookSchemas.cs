namespace Grimoire.Functions.Http.OpenApi;

/// <summary>The part of <see cref="ApiSchemas"/> that is about cooks.</summary>
static class CookSchemas
{
    public const string Text = """
        {
          "CookRequest": {
            "type": "object",
            "additionalProperties": false,
            "required": ["spell"],
            "properties": {
              "spell": { "description": "The slug of a saved spell, or a spell itself.", "anyOf": [{ "type": "string" }, { "$ref": "#/components/schemas/SpellDocument" }] },
              "version": { "type": "integer", "minimum": 1 },
              "name": { "type": "string", "description": "For people." },
              "pieces": { "type": "array", "minItems": 1, "maxItems": 100000, "items": { "type": "object" }, "description": "The inputs of each." },
              "generate": { "type": "object", "description": "How to make the pieces, in place of them." },
              "concurrency": { "type": "integer", "minimum": 1, "maximum": 50, "default": 8 },
              "tolerated": { "type": "number", "minimum": 0, "maximum": 100, "default": 0, "description": "How many of a hundred pieces may fail before no further one begins." },
              "budgetUsd": { "type": "number", "exclusiveMinimum": 0 },
              "pieceBudgetUsd": { "type": "number", "exclusiveMinimum": 0 },
              "notify": { "$ref": "#/components/schemas/Notify" }
            }
          },
          "CookStarted": {
            "type": "object",
            "required": ["id", "cookId", "pieces", "links"],
            "properties": {
              "id": { "type": "string" },
              "cookId": { "type": "string" },
              "pieces": { "type": "integer" },
              "statusQueryGetUri": { "type": "string" },
              "links": { "type": "object" }
            }
          },
          "CookProgress": {
            "type": "object",
            "required": ["total", "running", "completed", "failed", "cancelled", "waiting", "ended", "costUsd", "castsEnded"],
            "properties": {
              "total": { "type": "integer" },
              "running": { "type": "integer" },
              "completed": { "type": "integer" },
              "failed": { "type": "integer" },
              "cancelled": { "type": "integer" },
              "waiting": { "type": "integer" },
              "ended": { "type": "integer" },
              "costUsd": { "type": "number" },
              "castsEnded": { "type": "integer", "description": "Of how many casts that is the cost." },
              "startedAt": { "type": "string", "format": "date-time" },
              "endedAt": { "type": "string", "format": "date-time" }
            }
          },
          "CookList": {
            "type": "object",
            "required": ["cooks"],
            "properties": {
              "cooks": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["id", "status", "createdAt", "updatedAt", "generation"],
                  "properties": {
                    "id": { "type": "string" },
                    "status": { "$ref": "#/components/schemas/CastStatus" },
                    "createdAt": { "type": "string", "format": "date-time" },
                    "updatedAt": { "type": "string", "format": "date-time" },
                    "name": { "type": "string" },
                    "spell": { "type": "string" },
                    "generation": { "type": "integer" },
                    "progress": { "$ref": "#/components/schemas/CookProgress" },
                    "error": { "type": "string" },
                    "code": { "type": "string" }
                  }
                }
              },
              "continuation": { "type": "string" }
            }
          },
          "Cook": {
            "type": "object",
            "required": ["id", "account", "settings", "spell", "status", "generation", "progress", "createdAt", "links"],
            "properties": {
              "id": { "type": "string" },
              "account": { "type": "string" },
              "settings": { "type": "object" },
              "spell": { "type": "string" },
              "spellVersion": { "type": "integer" },
              "status": { "$ref": "#/components/schemas/CastStatus" },
              "generation": { "type": "integer", "description": "1, and one more each time that pieces were tried again." },
              "progress": { "$ref": "#/components/schemas/CookProgress" },
              "createdAt": { "type": "string", "format": "date-time" },
              "startedAt": { "type": "string", "format": "date-time" },
              "endedAt": { "type": "string", "format": "date-time" },
              "failure": { "$ref": "#/components/schemas/Failure" },
              "reason": { "type": "string" },
              "hold": {
                "type": "object",
                "required": ["code", "message", "since"],
                "description": "The limit of the account that keeps pieces from beginning.",
                "properties": { "code": { "type": "string" }, "message": { "type": "string" }, "since": { "type": "string", "format": "date-time" } }
              },
              "estimatedRestUsd": { "type": ["number", "null"] },
              "expectedEnd": { "type": ["string", "null"], "format": "date-time" },
              "runtimeStatus": { "type": "string" },
              "links": { "type": "object" }
            }
          },
          "PieceList": {
            "type": "object",
            "required": ["pieces"],
            "properties": {
              "pieces": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["piece", "status", "generation", "costUsd"],
                  "properties": {
                    "piece": { "type": "integer" },
                    "status": { "enum": ["waiting", "running", "completed", "failed", "cancelled"] },
                    "castId": { "type": "string" },
                    "generation": { "type": "integer" },
                    "startedAt": { "type": "string", "format": "date-time" },
                    "endedAt": { "type": "string", "format": "date-time" },
                    "costUsd": { "type": "number" },
                    "code": { "type": "string" },
                    "error": { "type": "string" }
                  }
                }
              },
              "continuation": { "type": "string" }
            }
          },
          "CookControlAccepted": {
            "type": "object",
            "required": ["cookId", "action", "links"],
            "properties": { "cookId": { "type": "string" }, "action": { "enum": ["pause", "resume", "cancel"] }, "links": { "type": "object" } }
          },
          "CookRetried": {
            "type": "object",
            "required": ["cookId", "generation", "pieces", "links"],
            "properties": { "cookId": { "type": "string" }, "generation": { "type": "integer" }, "pieces": { "type": "integer" }, "links": { "type": "object" } }
          }
        }
        """;
}
