using Microsoft.AspNetCore.Http;

namespace Embedded.Functions.DurableHttp;

/// <summary>The caller's request cannot be served; the message tells the caller why, and what would be right.</summary>
internal sealed class BadDurableRequestException(string message, int statusCode = StatusCodes.Status400BadRequest) : Exception(message)
{
    public int StatusCode => statusCode;

    public static BadDurableRequestException NoInstance(string instanceId) =>
        new($"There is no orchestration instance '{instanceId}' in this task hub.", StatusCodes.Status404NotFound);
}
