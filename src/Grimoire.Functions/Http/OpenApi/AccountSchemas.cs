namespace Grimoire.Functions.Http.OpenApi;

/// <summary>The part of <see cref="ApiSchemas"/> that is about accounts and their keys.</summary>
static class AccountSchemas
{
    public const string Text = """
        {
          "AccountDocument": {
            "type": "object",
            "additionalProperties": false,
            "properties": { "disabled": { "type": "boolean", "default": false, "description": "None of its keys opens anything." } }
          },
          "Account": {
            "type": "object",
            "required": ["name", "createdAt", "keys"],
            "properties": {
              "name": { "type": "string" },
              "createdAt": { "type": "string", "format": "date-time" },
              "disabledAt": { "type": "string", "format": "date-time" },
              "keys": { "type": "integer", "description": "How many hold." }
            }
          },
          "AccountList": {
            "type": "object",
            "required": ["accounts"],
            "properties": { "accounts": { "type": "array", "items": { "$ref": "#/components/schemas/Account" } } }
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
