using System.Net;
using System.Net.Http.Headers;
using Grimoire.Casts;
using Grimoire.Functions.Tools.Egress;
using Grimoire.Functions.Tools.Http;
using Grimoire.Webhooks;

namespace Grimoire.Functions.Notifications;

/// <summary>Sends one message once, signed, and tells what came of it. Redirects are not followed: whoever could set one up would get all that is told.</summary>
public sealed class NotificationSender(IHttpClientFactory clients, NotificationOptions options, TimeProvider time)
{
    static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    /// <param name="url">Where to.</param>
    /// <param name="id">Of the message.</param>
    /// <param name="body">What is sent, to the byte.</param>
    /// <param name="keys">What signs it, the newest first.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<SendingResult> SendAsync(Uri url, string id, byte[] body, SigningKeys keys, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(url);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Grimoire", "1"));
        foreach (var (name, value) in StandardWebhooks.Sign(id, time.GetUtcNow(), body, keys))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var late = new CancellationTokenSource(options.Timeout, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            // What it answers beyond its status is not read: nobody is interested, and it may be any length.
            using var response = await clients.CreateClient(EgressClient.DirectName)
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, over.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? new SendingResult(response.StatusCode) : new SendingResult(response.StatusCode)
            {
                Error = $"{url.Host} answered {(int)response.StatusCode}.",
                IsGone = response.StatusCode == HttpStatusCode.Gone,
                RetryAfter = RetryAfter(response),
            };
        }
        catch (Exception failed) when (TransportFailure.From(failed, url, cancellation) is { } failure)
        {
            return new SendingResult(null) { Error = failure.Failure.Message, IsHopeless = failure.Failure is { Transient: false, Phase: Phase.Execute } };
        }
    }

    TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wanted = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - time.GetUtcNow() : null;
        return wanted > LongestRetryAfter ? LongestRetryAfter : wanted;
    }
}

/// <summary>What came of sending a message once.</summary>
/// <param name="Status">What was answered; null if nothing was.</param>
public sealed record SendingResult(HttpStatusCode? Status)
{
    /// <summary>What is wrong; null if it has arrived. It never has more of the URL than the host: the rest may be a secret.</summary>
    public string? Error { get; init; }

    /// <summary>The receiver wants nothing any more.</summary>
    public bool IsGone { get; init; }

    /// <summary>It may not be sent there, today and tomorrow.</summary>
    public bool IsHopeless { get; init; }

    public TimeSpan? RetryAfter { get; init; }
}
