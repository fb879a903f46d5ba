using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools.Egress;

namespace Grimoire.Functions.Tools.Http;

/// <summary>What it means that a request could not be sent, or its answer not be read to the end.</summary>
static class TransportFailure
{
    /// <summary>Null if the exception is about something else. A cancelled call is.</summary>
    public static ToolFailedException? From(Exception exception, Uri url, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return null;
        }

        var details = new JsonObject { ["url"] = url.GetLeftPart(UriPartial.Path) };
        foreach (var cause in Chain(exception))
        {
            switch (cause)
            {
                case ToolFailedException failed:
                    return failed;
                case EgressRefusedException refused:
                    details["address"] = refused.Address?.ToString();
                    details["setting"] = refused.Address is null ? null : EgressOptions.AllowSetting;
                    return ToolFailedException.Permanent("egress.refused", refused.Message, details, inner: refused);
                case RedirectException redirect:
                    return ToolFailedException.Permanent("http.redirect", redirect.Message, details, inner: redirect);
                case StorageException storage:
                    return ToolFailedException.Transient(Codes.StorageUnavailable, storage.Message, phase: Phase.Store, inner: storage);
                case ResponseTooLargeException large:
                    return TooLarge(large.MaxBytes, url);
            }
        }

        return exception switch
        {
            OperationCanceledException => ToolFailedException.Transient(
                "http.timeout", $"{url.Host} did not answer in time.", details, inner: exception),
            HttpRequestException or IOException or SocketException or AuthenticationException => Connection(exception, url, details),
            _ => null,
        };
    }

    public static ToolFailedException TooLarge(long maxBytes, Uri url) => ToolFailedException.Permanent(
        Codes.HttpTooLarge,
        $"The response of {url.Host} has more than {maxBytes} bytes, the limit for what is read into memory (setting Tools:MaxResponseBytes). Large results belong into artifacts.",
        new JsonObject { ["url"] = url.GetLeftPart(UriPartial.Path), ["maxBytes"] = maxBytes });

    static ToolFailedException Connection(Exception exception, Uri url, JsonObject details)
    {
        var what = (exception as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "its name could not be looked up",
            HttpRequestError.ConnectionError => "it could not be connected to",
            HttpRequestError.SecureConnectionError => "no secure connection could be made",
            HttpRequestError.ResponseEnded => "it closed the connection before its answer was complete",
            HttpRequestError.ConfigurationLimitExceeded => "its response headers are too large",
            _ => "the connection failed",
        };
        details["error"] = (exception as HttpRequestException)?.HttpRequestError.ToString();
        return ToolFailedException.Transient(
            "http.connection", $"{url.Host}: {what} ({Chain(exception).Last().Message})", details, inner: exception);
    }

    static IEnumerable<Exception> Chain(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
