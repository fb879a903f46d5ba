using System.Globalization;
using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Patterns;

/// <summary>Functions without anything durable.</summary>
public static class Plain
{
    [Function("Hello")]
    public static HttpResponseData Hello(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "hello/{name?}")] HttpRequestData request, string? name)
    {
        HttpResponseData response = request.CreateResponse(HttpStatusCode.OK);
        response.WriteString($"Hello, {name ?? "world"}!");
        return response;
    }

    [Function("Guarded")]
    public static string Guarded([HttpTrigger(AuthorizationLevel.Function, "get", Route = "guarded")] HttpRequestData request) =>
        request.Url.AbsolutePath;

    /// <summary>Takes as long as its caller likes.</summary>
    [Function("Slow")]
    public static async Task<HttpResponseData> Slow(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "slow/{seconds:int}")] HttpRequestData request,
        int seconds,
        FunctionContext context)
    {
        context.GetLogger(nameof(Slow)).LogSlow(seconds);
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, context.CancellationToken);
        return request.CreateResponse(HttpStatusCode.NoContent);
    }

    /// <summary>How many bytes are in use when all that can be collected has been.</summary>
    [Function("Memory")]
    public static string Memory([HttpTrigger(AuthorizationLevel.Function, "get", Route = "memory")] HttpRequestData request)
    {
        for (int round = 0; round < 2; round++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture);
    }
}
