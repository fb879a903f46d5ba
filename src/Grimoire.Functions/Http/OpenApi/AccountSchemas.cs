namespace Grimoire.Functions.Http.OpenApi;

/// <summary>The part of <see cref="ApiSchemas"/> that is about accounts and their keys.</summary>
static class AccountSchemas
{
    public const string Text = """
        {
          "AccountDocument": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "disabled": { "type": "boolean", "default": false, "description": "None of its keys opens anything." },
              "limits": { "$ref": "#/components/schemas/AccountLimits", "description": "All of its limits; left out, they stay as they are." }
            }
          },
          "AccountLimits": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "requestsPerMinute": { "type": ["integer", "null"], "minimum": 1, "maximum": 100000 },
              "castsInFlight": { "type": ["integer", "null"], "minimum": 1, "maximum": 10000 },
              "spendPerDayUsd": { "type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 1000000 },
              "spendPerMonthUsd": { "type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 1000000 }
            }
          },
          "Account": {
            "type": "object",
            "required": ["name", "createdAt", "keys", "limits", "limitsInForce"],
            "properties": {
              "name": { "type": "string" },
              "createdAt": { "type": "string", "format": "date-time" },
              "disabledAt": { "type": "string", "format": "date-time" },
              "keys": { "type": "integer", "description": "How many hold." },
              "limits": { "$ref": "#/components/schemas/AccountLimits", "description": "Its own." },
              "limitsInForce": { "$ref": "#/components/schemas/AccountLimits", "description": "With those of all accounts where it has none of its own." }
            }
          },
          "AccountList": {
            "type": "object",
            "required": ["accounts"],
            "properties": { "accounts": { "type": "array", "items": { "$ref": "#/components/schemas/Account" } } }
          },
          "UsageSum": {
            "type": "object",
            "required": ["attempts", "costUsd"],
            "properties": {
              "day": { "type": "string", "format": "date" },
              "spell": { "type": "string" },
              "tool": { "type": "string" },
              "account": { "type": "string" },
              "casts": {
                "type": "object",
                "required": ["completed", "failed", "cancelled"],
                "properties": { "completed": { "type": "integer" }, "failed": { "type": "integer" }, "cancelled": { "type": "integer" } }
              },
              "attempts": { "type": "integer" },
              "costUsd": { "type": "number" }
            }
          },
          "Usage": {
            "type": "object",
            "required": ["from", "to", "by", "totals", "rows"],
            "properties": {
              "account": { "type": "string", "description": "Not there for all accounts." },
              "from": { "type": "string", "format": "date" },
              "to": { "type": "string", "format": "date" },
              "by": { "enum": ["day", "spell", "tool", "account"] },
              "now": {
                "type": "object",
                "required": ["limits", "spentTodayUsd", "spentThisMonthUsd"],
                "description": "Of the account, whatever was asked for.",
                "properties": { "limits": { "$ref": "#/components/schemas/AccountLimits" }, "spentTodayUsd": { "type": "number" }, "spentThisMonthUsd": { "type": "number" } }
              },
              "totals": { "$ref": "#/components/schemas/UsageSum" },
              "rows": { "type": "array", "items": { "$ref": "#/components/schemas/UsageSum" } }
            }
          },
          "KeyRequest": {
            "type": "object",
            "additionalProperties": false,
            "required": ["name", "role"],
            "properties": {
              "name": { "type": "string", "minLength": 1, "maxLength": 64, "description": "Whose it is, or what it is for." },
              "role": { "enum": ["viewer", "caster", "admin"] },
              "expiresAt": { "type": ["string", "null"], "format": "date-time" }
            }
          },
          "Key": {
            "type": "object",
            "required": ["id", "name", "role", "status", "createdAt"],
            "properties": {
              "id": { "type": "string" },
              "name": { "type": "string" },
              "role": { "enum": ["viewer", "caster", "admin"] },
              "status": { "enum": ["valid", "expired", "revoked"] },
              "createdAt": { "type": "string", "format": "date-time" },
              "expiresAt": { "type": "string", "format": "date-time" },
              "revokedAt": { "type": "string", "format": "date-time" },
              "replaces": { "type": "string", "description": "The id of the key in whose place it came." },
              "key": { "type": "string", "description": "The key itself: only in the answer of what has made it." }
            }
          },
          "KeyList": {
            "type": "object",
            "required": ["keys"],
            "properties": { "keys": { "type": "array", "items": { "$ref": "#/components/schemas/Key" } } }
          }
        }
        """;
}
