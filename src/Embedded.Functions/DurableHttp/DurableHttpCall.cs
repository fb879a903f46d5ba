using System.Globalization;
using System.Net;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Embedded.Functions.DurableHttp;

/// <summary>
/// One HTTP call of an orchestration. The requests are made in activities; the waits between polls are durable timers of the
/// orchestration itself, so that a restart in between loses nothing. It runs in the orchestrator and must be deterministic.
/// </summary>
internal sealed partial class DurableHttpCall(TaskOrchestrationContext context, DurableHttpRequest request)
{
    /// <summary>The official name, which apps may not take for their own activities.</summary>
    public const string ActivityName = "BuiltIn::HttpActivity";

    /// <summary>The official name of the property by which the host tells how long to wait between polls.</summary>
    public const string PollingIntervalProperty = "HttpDefaultAsyncRequestSleepTimeMilliseconds";

    static readonly TimeSpan DefaultPollingInterval = TimeSpan.FromSeconds(30);

    readonly ILogger _logger =
        context.CreateReplaySafeLogger("Microsoft.Azure.Functions.Worker.Extensions.DurableTask.CallHttp");

    public async Task<DurableHttpResponse> RunAsync()
    {
        if (request.TokenSource is { } source)
        {
            throw new NotSupportedException(
                $"The token source for '{source.Resource}' cannot be used: the embedded host has no managed identity. Get a token in an "
                + "activity and set it as the Authorization header of the request, or run the app on Azure.");
        }

        DateTime start = context.CurrentUtcDateTime;
        DurableHttpResponse response = await SendAsync(request, Retries(request.HttpRetryOptions));
        Uri uri = request.Uri;
        while (request.AsynchronousPatternEnabled && response.StatusCode == HttpStatusCode.Accepted && NextUri(uri, response) is { } next)
        {
            uri = next;
            DateTime pollAt = PollAt(response);
            CheckTimeLeft(pollAt - start);
            await context.CreateTimer(pollAt, CancellationToken.None);
            TimeSpan elapsed = context.CurrentUtcDateTime - start;
            CheckTimeLeft(elapsed);
            string shown = Shown(uri);
            Polling(_logger, shown);
            response = await SendAsync(Poll(uri, request.Timeout - elapsed), null);
        }

        return response;
    }

    /// <summary>The URI without its query and user, for logs and errors: there are keys in them, as in the URLs that manage an instance.</summary>
    public static string Shown(Uri uri) => uri.IsAbsoluteUri
        ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : uri.OriginalString.Split('?')[0];

    static TaskOptions? Retries(HttpRetryOptions? options) => options is null or { MaxNumberOfAttempts: <= 1 }
        ? null
        : TaskOptions.FromRetryPolicy(new RetryPolicy(
            options.MaxNumberOfAttempts,
            options.FirstRetryInterval,
            options.BackoffCoefficient,
            options.MaxRetryInterval,
            options.RetryTimeout == TimeSpan.MaxValue ? null : options.RetryTimeout));

    static StringValues Header(DurableHttpResponse response, string name) =>
        response.Headers?.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? default;

    static bool IsSameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    void CheckTimeLeft(TimeSpan elapsed)
    {
        if (request.Timeout <= elapsed)
        {
            throw new TimeoutException($"The HTTP call to {Shown(request.Uri)} was not complete within its timeout of {request.Timeout}.");
        }
    }

    async Task<DurableHttpResponse> SendAsync(DurableHttpRequest message, TaskOptions? options) =>
        await context.CallActivityAsync<DurableHttpResponse>(ActivityName, message, options);

    Uri? NextUri(Uri current, DurableHttpResponse response)
    {
        string? location = Header(response, "Location");
        if (Uri.TryCreate(current, location, out Uri? next) && next.Scheme is "http" or "https" && !string.IsNullOrEmpty(location))
        {
            return next;
        }

        string shown = Shown(current);
        NoLocation(_logger, shown, location?.Split('?')[0]);
        return null;
    }

    DateTime PollAt(DurableHttpResponse response)
    {
        DateTime now = context.CurrentUtcDateTime;
        string? retryAfter = Header(response, "Retry-After");
        if (int.TryParse(retryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
        {
            return now.AddSeconds(seconds);
        }

        if (DateTimeOffset.TryParse(retryAfter, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            return time.UtcDateTime > now ? time.UtcDateTime : now;
        }

        return now + (context.Properties.TryGetValue(PollingIntervalProperty, out object? value) && value is double milliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : DefaultPollingInterval);
    }

    DurableHttpRequest Poll(Uri uri, TimeSpan? timeout)
    {
        Dictionary<string, StringValues>? headers =
            request.Headers is null ? null : new(request.Headers, StringComparer.OrdinalIgnoreCase);

        // The key of one function is not the key of the status endpoint.
        headers?.Remove("x-functions-key");
        if (!IsSameOrigin(request.Uri, uri))
        {
            // Or whoever answers the first request could have the caller's credentials sent to any host.
            headers?.Remove("Authorization");
            headers?.Remove("Cookie");
        }

        return new DurableHttpRequest(HttpMethod.Get, uri, headers, asynchronousPatternEnabled: true) { Timeout = timeout };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Polling HTTP status at location: {Location}")]
    static partial void Polling(ILogger logger, string location);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Uri} answered 202 without a Location to poll, but with '{Location}': the response is returned as it is.")]
    static partial void NoLocation(ILogger logger, string uri, string? location);
}
