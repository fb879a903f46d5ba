namespace Grimoire.Functions.Http.OpenApi;

/// <summary>The part of <see cref="ApiSchemas"/> that is about what is removed.</summary>
static class RetentionSchemas
{
    public const string Text = """
        {
          "CookRemoval": {
            "type": "object",
            "required": ["cookId", "status"],
            "properties": { "cookId": { "type": "string" }, "status": { "const": "deleting" } }
          },
          "Retention": {
            "type": "object",
            "required": ["due", "cooksBeingRemoved"],
            "properties": {
              "round": {
                "type": "object",
                "description": "The last one, or the one that is under way; missing before there was one.",
                "required": ["round", "state", "removed"],
                "properties": {
                  "round": { "type": "integer" },
                  "state": { "enum": ["waiting", "running", "ended", "failed"] },
                  "startedAt": { "type": "string", "format": "date-time" },
                  "endedAt": { "type": "string", "format": "date-time" },
                  "removed": { "type": "object", "additionalProperties": { "type": "integer" }, "description": "By kind." },
                  "trouble": { "type": "string" }
                }
              },
              "due": {
                "type": "array",
                "description": "What would be removed now.",
                "items": {
                  "type": "object",
                  "required": ["kind", "count", "names"],
                  "properties": {
                    "kind": { "enum": ["deadLetters", "cooks", "casts", "artifacts", "histories", "idempotencyKeys", "usage"] },
                    "keep": { "type": "string", "format": "duration", "description": "Missing: for ever." },
                    "count": { "type": "integer" },
                    "bytes": { "type": "integer", "description": "Of artifacts." },
                    "oldest": { "type": "string", "format": "date-time" },
                    "names": { "type": "array", "items": { "type": "string" }, "description": "The first hundred." },
                    "more": { "const": true, "description": "It was not looked further: there may be more." }
                  }
                }
              },
              "cooksBeingRemoved": { "type": "integer" }
            }
          },
          "RetentionAsked": {
            "type": "object",
            "required": ["id", "round", "state"],
            "properties": {
              "id": { "type": "string" },
              "round": { "type": "integer", "description": "A round with this number or a higher one is the one that was asked for." },
              "state": { "const": "asked" }
            }
          }
        }
        """;
}
