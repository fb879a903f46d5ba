using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Grimoire.Sandbox.Jobs;

/// <summary>
/// Sends the callbacks of jobs: those of one job one after the other, each again and again until it is answered with 2xx, and with the
/// faults that are switched on.
/// </summary>
sealed partial class CallbackSender(
    Agenda agenda, CurrentSettings settings, CallbackFaults faults, CallbackLog log, TimeProvider time, IHostApplicationLifetime lifetime,
    ILogger<CallbackSender> logger) : IDisposable
{
    const int AtOnce = 128;
    const int MostOfAnswer = 4096;

    readonly SemaphoreSlim _places = new(AtOnce);
    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        // A callback is no part of whatever the request that started the job was a part of.
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = AtOnce,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    long _messages;

    /// <summary>Sends what a job has to say of an event, if it has somebody to say it to. Called while the job stands still.</summary>
    public void Tell(Job job, JobEvent what)
    {
        if (job.Start.Callback is null || !job.Start.Events.Contains(what) || Message(job, what) is not { } message)
        {
            return;
        }

        Send(job, what, faults.Strike(new CallbackDelivery(message), job, what), once: false);
    }

    /// <summary>Sends a callback that somebody has asked for, once, with the fault that is asked for; the switched ones leave it alone.</summary>
    /// <returns>It, when it has been answered; null if this shape says nothing of that event.</returns>
    public async Task<SentCallback?> SendNowAsync(Job job, JobEvent what, CallbackFault? fault)
    {
        if (job.Start.Callback is null || job.Look(() => Message(job, what)) is not { } message)
        {
            return null;
        }

        var delivery = new CallbackDelivery(message);
        SentCallback callback = Send(job, what, fault?.Strike(delivery, job) ?? delivery, once: true);
        await job.Told.ConfigureAwait(false);
        return callback;
    }

    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }

    CallbackMessage? Message(Job job, JobEvent what)
    {
        if (job.Shape.Callback(job, what) is not { } body)
        {
            return null;
        }

        long number = Interlocked.Increment(ref _messages);
        ulong hash = StableHash.Of(string.Create(CultureInfo.InvariantCulture, $"{job.Id} {number}"));
        return new CallbackMessage($"msg_{StableHash.Hex(hash)}", job.Start.Callback!, body.ToJsonString(SandboxJson.Options));
    }

    SentCallback Send(Job job, JobEvent what, CallbackDelivery delivery, bool once)
    {
        ImmutableArray<SentCallback> extras =
            [.. delivery.Dropped ? [] : delivery.Extras.Select((extra, i) => log.Add(job, what, extra, i + 1, once: true, delivery.Faults))];
        SentCallback first = log.Add(job, what, delivery.Message, 0, once, delivery.Faults);
        ImmutableArray<SentCallback> copies =
        [
            .. Enumerable.Range(1, delivery.Dropped ? 0 : delivery.Copies)
                .Select(i => log.Add(job, what, delivery.Message, extras.Length + i, once, delivery.Faults)),
        ];
        Func<Task> deliver = () => LogFailureAsync(() => DeliverAsync(delivery, extras, first, copies));
        if (delivery.Dropped)
        {
            first.State = "dropped";
        }
        else if (!delivery.Held)
        {
            job.Then(deliver);
        }
        else if (job.Hold(deliver))
        {
            first.State = "held";
        }

        return first;
    }

    async Task DeliverAsync(CallbackDelivery delivery, ImmutableArray<SentCallback> extras, SentCallback first, ImmutableArray<SentCallback> copies)
    {
        foreach (SentCallback extra in extras)
        {
            await TryAsync(extra).ConfigureAwait(false);
        }

        if (delivery.Delay > TimeSpan.Zero)
        {
            // What comes after it does not wait for it.
            InBackground(delivery.Delay, () => DeliverAsync(delivery with { Delay = default }, [], first, copies));
            return;
        }

        for (int i = 0; i < copies.Length && delivery.Apart > TimeSpan.Zero; i++)
        {
            SentCallback copy = copies[i];
            InBackground(delivery.Apart * (i + 1), () => TryAsync(copy));
        }

        await Task.WhenAll((delivery.Apart > TimeSpan.Zero ? [] : copies).Prepend(first).Select(TryAsync)).ConfigureAwait(false);
    }

    void InBackground(TimeSpan delay, Func<Task> action) => agenda.In(delay, () => _ = Task.Run(() => LogFailureAsync(action)));

    async Task LogFailureAsync(Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The sandbox ends, and what it has not sent with it.
        }
        catch (Exception e)
        {
            LogSendingFailed(e);
        }
    }

    async Task TryAsync(SentCallback callback)
    {
        if (callback.Job.Forgotten)
        {
            callback.State = "gaveUp";
            return;
        }

        CallbackTry attempt = await SendAsync(callback).ConfigureAwait(false);
        callback.Tried(attempt);
        int tries = callback.Tries;
        JobSettings now = settings.Now;
        if (attempt.Status is >= 200 and < 300)
        {
            callback.State = "delivered";
        }
        else if (callback.Once || tries > now.Retries)
        {
            callback.State = "gaveUp";
        }
        else
        {
            callback.State = "retrying";
            InBackground(now.WaitBefore(tries), () => TryAsync(callback));
        }
    }

    async Task<CallbackTry> SendAsync(SentCallback callback)
    {
        CancellationToken stopping = lifetime.ApplicationStopping;
        await _places.WaitAsync(stopping).ConfigureAwait(false);
        DateTimeOffset at = time.GetUtcNow();
        JobSettings now = settings.Now;
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(now.TimeoutMs), time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token);
        Dictionary<string, string> headers = new(StringComparer.Ordinal) { ["Content-Type"] = "application/json", ["User-Agent"] = "grimoire-sandbox" };
        foreach ((string name, string value) in callback.Job.Shape.Signer?.Invoke(callback.Message, now, at - callback.Message.Age) ?? [])
        {
            headers[name] = value;
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, callback.Message.Url)
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes(callback.Message.Body)),
            };
            foreach ((string name, string value) in headers)
            {
                if (!request.Headers.TryAddWithoutValidation(name, value))
                {
                    request.Content.Headers.TryAddWithoutValidation(name, value);
                }
            }

            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended.Token).ConfigureAwait(false);
            return new CallbackTry(at, headers, (int)response.StatusCode, await StartOfAsync(response, ended.Token).ConfigureAwait(false), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new CallbackTry(at, headers, null, null, e.Message);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return new CallbackTry(at, headers, null, null, $"No answer within {now.TimeoutMs} ms.");
        }
        finally
        {
            _places.Release();
        }
    }

    static async Task<string> StartOfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var start = new byte[MostOfAnswer];
        int length = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        return Encoding.UTF8.GetString(start, 0, length);
    }

    [LoggerMessage(1, LogLevel.Error, "A callback could not be sent")]
    partial void LogSendingFailed(Exception exception);
}
