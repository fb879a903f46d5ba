using System.Text.Json.Nodes;

namespace Grimoire.Sandbox.Requests;

/// <summary>An error answer in OpenAI's shape: <c>{"error":{"message","type","param","code"}}</c>, absent members null.</summary>
static class ErrorBody
{
    public static Task WriteAsync(HttpContext context, int status, string message, string type, string code, string? param)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        var body = new JsonObject
        {
            ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = param, ["code"] = code },
        };
        return context.Response.WriteAsync(body.ToJsonString(SandboxJson.Options), context.RequestAborted);
    }
}
