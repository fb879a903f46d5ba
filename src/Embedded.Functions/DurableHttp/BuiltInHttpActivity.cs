using System.Net;
using System.Net.Http.Headers;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask;
using Microsoft.Extensions.Primitives;

namespace Embedded.Functions.DurableHttp;

/// <summary>Makes one HTTP request of an orchestration.</summary>
internal sealed class BuiltInHttpActivity(HttpClient client) : TaskActivity<DurableHttpRequest, DurableHttpResponse>
{
    /// <summary>What a request without a timeout of its own gets, as with any HttpClient.</summary>
    static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(100);

    /// <summary>A client for all requests of an app.</summary>
    public static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        // Cookies of one orchestration are none of another one's business.
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        // Each request has its own.
        Timeout = Timeout.InfiniteTimeSpan,

        // What is longer could not be stored in the history anyway.
        MaxResponseContentBufferSize = 32 * 1024 * 1024,
    };

    public override async Task<DurableHttpResponse> RunAsync(TaskActivityContext context, DurableHttpRequest input)
    {
        using HttpRequestMessage message = MessageOf(input);
        TimeSpan timeout = input.Timeout ?? DefaultTimeout;
        using var patience = new CancellationTokenSource(timeout);
        try
        {
            using HttpResponseMessage response = await client.SendAsync(message, patience.Token).ConfigureAwait(false);
            ThrowIfRetried(input, response);
            return new DurableHttpResponse(response.StatusCode)
            {
                Headers = HeadersOf(response),
                Content = await response.Content.ReadAsStringAsync(patience.Token).ConfigureAwait(false),
            };
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new TimeoutException($"{input.Method} {DurableHttpCall.Shown(input.Uri)} was not answered within {timeout}.");
        }
    }

    /// <summary>The engine retries what throws, and nothing else.</summary>
    static void ThrowIfRetried(DurableHttpRequest request, HttpResponseMessage response)
    {
        if (request.HttpRetryOptions is not { } options)
        {
            return;
        }

        bool isRetried = options.StatusCodesToRetry is { Count: > 0 } statuses
            ? statuses.Contains(response.StatusCode)
            : response.StatusCode >= HttpStatusCode.BadRequest;
        if (isRetried)
        {
            throw new HttpRequestException(
                $"{request.Method} {DurableHttpCall.Shown(request.Uri)} was answered with status {(int)response.StatusCode} ({response.StatusCode}), retry requested.",
                inner: null,
                response.StatusCode);
        }
    }

    static HttpRequestMessage MessageOf(DurableHttpRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Uri)
        {
            Content = request.Content is null ? null : new StringContent(request.Content),
        };
        foreach ((string name, StringValues values) in request.Headers ?? new Dictionary<string, StringValues>())
        {
            Add(message, name, values);
        }

        return message;
    }

    static void Add(HttpRequestMessage message, string name, StringValues values)
    {
        if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
        {
            var type = MediaTypeHeaderValue.Parse(values.ToString());
            if (type.MediaType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
            {
                throw new NotSupportedException("Multipart content is not supported with CallHttpAsync.");
            }

            message.Content?.Headers.ContentType = type;
            return;
        }

        string?[] all = [.. values];
        if (Array.Exists(all, value => value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            || !(message.Headers.TryAddWithoutValidation(name, all) || message.Content?.Headers.TryAddWithoutValidation(name, all) == true))
        {
            throw new ArgumentException($"The header '{name}' cannot be sent with {message.Method} {DurableHttpCall.Shown(message.RequestUri!)}.");
        }
    }

    static Dictionary<string, StringValues> HeadersOf(HttpResponseMessage response) => response.Headers
        .Concat(response.Content.Headers)
        .ToDictionary(header => header.Key, header => new StringValues([.. header.Value]), StringComparer.OrdinalIgnoreCase);
}
