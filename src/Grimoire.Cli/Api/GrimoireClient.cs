using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Cli.Output;
using Grimoire.Cli.Settings;

namespace Grimoire.Cli.Api;

/// <summary>
/// Calls the app. What can be sent again is, after a connection that was lost or an answer that says when to come again, for as long as --timeout allows.
/// </summary>
sealed class GrimoireClient(CliSettings settings, TimeSpan timeout, TimeProvider time) : IDisposable
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // A key goes nowhere but where it was told to.
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(10),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("grimoire", Session.Version) } },
    };

    public CliSettings Settings => settings;

    /// <summary>Told when it has to wait.</summary>
    public Action<string> Note { get; set; } = Terminal.Note;

    /// <summary>Sends it, and reads the answer.</summary>
    /// <exception cref="ProblemException">It was refused.</exception>
    /// <exception cref="CliException">Nobody answers, or not as the app does.</exception>
    public async Task<Reply> SendAsync(Call call, CancellationToken cancellation)
    {
        using var response = await OpenAsync(call, HttpCompletionOption.ResponseContentRead, cancellation).ConfigureAwait(false);
        return await ReadAsync(response, cancellation).ConfigureAwait(false);
    }

    public async Task<JsonNode?> AskAsync(Call call, CancellationToken cancellation) => (await SendAsync(call, cancellation).ConfigureAwait(false)).Json;

    /// <summary>Sends it, and leaves the body to the caller. Time is limited until it begins.</summary>
    public Task<HttpResponseMessage> StreamAsync(Call call, CancellationToken cancellation) => OpenAsync(call, HttpCompletionOption.ResponseHeadersRead, cancellation);

    /// <summary>All pages of a list, or as many elements as are wanted.</summary>
    public async Task<JsonArray> ListAsync(Call call, string name, int? wanted, CancellationToken cancellation)
    {
        var all = new JsonArray();
        for (string? continuation = null; ;)
        {
            var left = wanted - all.Count ?? 200;
            var page = await AskAsync(
                call with { Query = [.. call.Query, ("top", $"{Math.Clamp(left, 1, 200)}"), ("continuation", continuation)] }, cancellation).ConfigureAwait(false);
            foreach (var element in page.List(name))
            {
                all.Add(element?.DeepClone());
            }

            var next = page.Text("continuation");
            if (next is null || next == continuation || all.Count >= wanted)
            {
                return all;
            }

            continuation = next;
        }
    }

    public void Dispose() => _http.Dispose();

    async Task<HttpResponseMessage> OpenAsync(Call call, HttpCompletionOption completion, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout + call.Extra);
        var deadline = time.GetUtcNow() + timeout + call.Extra;
        var (pause, hasReached) = (FirstPause, false);
        while (true)
        {
            TimeSpan wait;
            try
            {
                using var request = call.ToRequest(settings.Url, settings.Account?.Value, settings.Key?.Value);
                var response = await _http.SendAsync(request, completion, limit.Token).ConfigureAwait(false);
                if (response.IsSuccessStatusCode || (int)response.StatusCode == call.AlsoTaken)
                {
                    return response;
                }

                if (Pause(call, response, pause) is not { } told || time.GetUtcNow() + told > deadline)
                {
                    using (response)
                    {
                        throw await ProblemOfAsync(response, cancellation).ConfigureAwait(false);
                    }
                }

                Note($"{settings.Url.Authority} answers {(int)response.StatusCode}; asking again in {told.TotalSeconds:0.#} s");
                (wait, hasReached) = (told, true);
                response.Dispose();
            }
            catch (Exception lost) when (IsLost(lost) && !cancellation.IsCancellationRequested)
            {
                hasReached |= lost is HttpRequestException { HttpRequestError: not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError) };
                if (lost is OperationCanceledException)
                {
                    throw new CliException(ExitCode.Unavailable, $"{settings.Url} has not answered within {timeout.TotalSeconds:0.#} s (--timeout).", lost) { IsSent = true };
                }

                if (!(call.IsPatient || (hasReached && call.IsRepeatable)) || time.GetUtcNow() + pause > deadline)
                {
                    throw Unreachable(lost, hasReached);
                }

                if (pause == FirstPause)
                {
                    Note($"The connection to {settings.Url.Authority} was lost; trying again");
                }

                wait = pause;
            }

            await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>For how long to wait before it is sent again; null if that is of no use.</summary>
    static TimeSpan? Pause(Call call, HttpResponseMessage response, TimeSpan pause) => (int)response.StatusCode switch
    {
        // Refused before anything was done: so whatever it is may be sent again.
        429 => response.Headers.RetryAfter?.Delta,
        503 when response.Headers.RetryAfter?.Delta is { } told && call.IsRepeatable => told,
        502 or 503 or 504 when call.IsPatient => pause,
        _ => null,
    };

    static bool IsLost(Exception thrown) => thrown is HttpRequestException or IOException or OperationCanceledException;

    CliException Unreachable(Exception lost, bool hasReached)
    {
        var why = (lost.InnerException ?? lost).Message;
        return new CliException(
            ExitCode.Unavailable,
            hasReached
                ? $"The connection to {settings.Url} was lost: {why}"
                : $"There is no app at {settings.Url} ({settings.UrlSource}): {why}",
            lost)
        {
            IsSent = hasReached,
        };
    }

    async Task<ProblemException> ProblemOfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = Parsed(await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false));
        var status = (int)response.StatusCode;
        var text = body.Text("code") is null && response.StatusCode == HttpStatusCode.NotFound
            ? $"{settings.Url} does not know {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath}: it is no Grimoire app, or an older one."
            : body.Text("detail") ?? body.Text("title") ?? $"{settings.Url} answers {status} {response.ReasonPhrase}, and does not say why.";
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            text += settings.Key is { } key ? $" The key is from {key.Source}." : $" Set GRIMOIRE_KEY to a key. {CliSettings.KeyOrigin}";
        }

        return new ProblemException(response.StatusCode, body, text);
    }

    async Task<Reply> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        var json = Parsed(text);
        return json is not null || text.Length == 0
            ? new Reply(response.StatusCode, json, response.Headers.Contains("Idempotency-Replayed"))
            : throw new CliException(ExitCode.Unavailable, $"{settings.Url} does not answer with JSON, so it is no Grimoire app ({settings.UrlSource}).");
    }

    static JsonNode? Parsed(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 256 });
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>An answer.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Json">Its body; null if it has none.</param>
/// <param name="IsReplayed">What was asked for had been done before.</param>
sealed record Reply(HttpStatusCode Status, JsonNode? Json, bool IsReplayed);
