using System.Globalization;
using Grimoire.Sandbox.Calls;
using Grimoire.Sandbox.Requests;
using Microsoft.AspNetCore.Http.Features;

namespace Grimoire.Sandbox.Faults;

/// <summary>Answers a request as a fault says.</summary>
sealed class FaultPlayer(TimeProvider time, IHostApplicationLifetime lifetime)
{
    static readonly TimeSpan BeforeDrop = TimeSpan.FromMilliseconds(50);
    static readonly byte[] Filling = [.. Enumerable.Repeat((byte)'x', 64 * 1024)];

    /// <returns>Whether it has answered; not so if it only took its time.</returns>
    public async Task<bool> PlayAsync(HttpContext context, Fault fault)
    {
        // Ctrl-C ends the sandbox at once, whoever still waits.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            return await PlayAsync(context, fault, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Cut(context);
            return true;
        }
    }

    async Task<bool> PlayAsync(HttpContext context, Fault fault, CancellationToken stop)
    {
        HttpResponse response = context.Response;
        switch (fault.Kind)
        {
            case "slow":
                await Task.Delay(TimeSpan.FromMilliseconds(fault.Ms), time, stop).ConfigureAwait(false);
                return false;
            case "hang":
                await Task.Delay(Timeout.InfiniteTimeSpan, time, stop).ConfigureAwait(false);
                return true;
            case "reset":
            case "lost":
                Cut(context);
                return true;
            case "redirect":
                response.Redirect(fault.To);
                return true;
        }

        response.ContentType = "application/json";
        switch (fault.Kind)
        {
            case "empty":
                response.ContentLength = 0;
                break;
            case "garbage":
                await response.WriteAsync("""{"unfinished": [1, 2, oops""", stop).ConfigureAwait(false);
                break;
            case "huge":
                await WriteHugeAsync(response, fault, stop).ConfigureAwait(false);
                break;
            case "drop":
                response.ContentLength = 1000;
                await response.WriteAsync("""{"text":"This answer ends in the mid""", stop).ConfigureAwait(false);
                await response.Body.FlushAsync(stop).ConfigureAwait(false);
                // A connection that is reset takes with it what has not been read yet.
                await Task.Delay(BeforeDrop, time, stop).ConfigureAwait(false);
                Cut(context);
                break;
            default:
                int status = fault.Status ?? throw new InvalidOperationException($"There is no fault \"{fault.Kind}\".");
                await WriteStatusAsync(context, fault, status).ConfigureAwait(false);
                break;
        }

        return true;
    }

    /// <summary>Lets the request be done, and the answer get lost.</summary>
    public static async Task LoseAnswerAsync(HttpContext context, RequestDelegate next)
    {
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (RefusedException)
        {
            // That it was refused is lost as well.
        }

        Cut(context);
    }

    static void Cut(HttpContext context)
    {
        context.Features.Get<RecordedCall>()?.WasCut();
        context.Abort();
    }

    Task WriteStatusAsync(HttpContext context, Fault fault, int status)
    {
        if ((fault.RetryAfter ?? (status == 429 ? 1 : null)) is { } seconds)
        {
            context.Response.Headers.RetryAfter = fault.RetryAfterAsDate
                ? time.GetUtcNow().AddSeconds(seconds).ToString("R", CultureInfo.InvariantCulture)
                : seconds.ToString(CultureInfo.InvariantCulture);
        }

        string type = status < 500 ? "invalid_request_error" : "server_error";
        return status == 429
            ? ErrorBody.WriteAsync(context, status, "Too many requests: come again later.", "requests", "rate_limit_exceeded", null)
            : ErrorBody.WriteAsync(context, status, $"The sandbox was asked to answer {status}.", type, $"fault_{status}", null);
    }

    /// <summary>Valid JSON of exactly that many bytes, of which the sandbox holds 64 KiB.</summary>
    static async Task WriteHugeAsync(HttpResponse response, Fault fault, CancellationToken stop)
    {
        response.ContentLength = fault.Chunked ? null : fault.Bytes;
        await response.WriteAsync("""{"data":" """[..^1], stop).ConfigureAwait(false);
        for (long left = fault.Bytes - 11; left > 0; left -= Filling.Length)
        {
            await response.Body.WriteAsync(Filling.AsMemory(0, (int)Math.Min(left, Filling.Length)), stop).ConfigureAwait(false);
        }

        await response.WriteAsync("\"}", stop).ConfigureAwait(false);
    }
}
