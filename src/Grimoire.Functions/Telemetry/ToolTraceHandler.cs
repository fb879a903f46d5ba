using System.Diagnostics;

namespace Grimoire.Functions.Telemetry;

/// <summary>
/// A span for each request that a tool makes, and the W3C headers that tell its server of it. A span says which server, and nothing of the path or the
/// query: there may be secrets in them.
/// </summary>
sealed class ToolTraceHandler : DelegatingHandler
{
    static readonly AsyncLocal<ActivityContext> Attempt = new();

    /// <summary>From here on, in this flow, requests are those of an attempt.</summary>
    public static void Enter(ActivityContext attempt) => Attempt.Value = attempt;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var attempt = Attempt.Value;
        if (attempt == default)
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        using var span = Traces.Source.StartActivity(request.Method.Method, ActivityKind.Client, attempt);
        span?.SetTag("http.request.method", request.Method.Method).SetTag("server.address", request.RequestUri!.Host).SetTag("server.port", request.RequestUri.Port);
        Tell(request, span?.Context ?? attempt);
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            span?.SetTag("http.response.status_code", (int)response.StatusCode);
            if ((int)response.StatusCode >= 400)
            {
                span?.SetStatus(ActivityStatusCode.Error);
            }

            return response;
        }
        catch (Exception failure)
        {
            span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.GetType().FullName);
            throw;
        }
    }

    /// <summary>What a definition says itself counts.</summary>
    static void Tell(HttpRequestMessage request, ActivityContext context)
    {
        if (request.Headers.Contains("traceparent"))
        {
            return;
        }

        request.Headers.TryAddWithoutValidation("traceparent", Traces.HeaderOf(context));
        if (!string.IsNullOrEmpty(context.TraceState))
        {
            request.Headers.TryAddWithoutValidation("tracestate", context.TraceState);
        }
    }
}
