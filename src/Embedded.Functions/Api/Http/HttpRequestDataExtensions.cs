using System.Net;
using System.Text;
using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Reads requests and answers them.</summary>
public static class HttpRequestDataExtensions
{
    /// <summary>Reads the body as text, in UTF-8 unless another encoding or a byte order mark says otherwise.</summary>
    public static async Task<string?> ReadAsStringAsync(this HttpRequestData request, Encoding? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Body is null)
        {
            return null;
        }

        using var reader = Read(request.Body, encoding);
        return await reader.ReadToEndAsync().ConfigureAwait(false);
    }

    /// <inheritdoc cref="ReadAsStringAsync"/>
    public static string? ReadAsString(this HttpRequestData request, Encoding? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Body is null)
        {
            return null;
        }

        using var reader = Read(request.Body, encoding);
        return reader.ReadToEnd();
    }

    /// <summary>Reads the body as JSON, with the worker's serializer.</summary>
    /// <exception cref="AggregateException">The body is not JSON of that type; the serializer's exception is the inner one.</exception>
    public static ValueTask<T?> ReadFromJsonAsync<T>(this HttpRequestData request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);

        return ReadFromJsonAsync<T>(request, WorkerSerializer.Of(request.FunctionContext), cancellationToken);
    }

    /// <summary>Reads the body as JSON, with the given serializer.</summary>
    /// <exception cref="AggregateException">The body is not JSON of that type; the serializer's exception is the inner one.</exception>
    public static ValueTask<T?> ReadFromJsonAsync<T>(
        this HttpRequestData request, ObjectSerializer serializer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(serializer);

        return Cast<T>(serializer.DeserializeAsync(request.Body, typeof(T), cancellationToken), cancellationToken);
    }

    public static HttpResponseData CreateResponse(this HttpRequestData request, HttpStatusCode statusCode)
    {
        var response = request.CreateResponse();
        response.StatusCode = statusCode;
        return response;
    }

    static StreamReader Read(Stream body, Encoding? encoding) =>
        new(body, encoding ?? Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);

    static async ValueTask<T?> Cast<T>(ValueTask<object?> reading, CancellationToken cancellationToken)
    {
        try
        {
            return await reading.ConfigureAwait(false) is { } value ? (T)value : default;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Not pretty, but what the official worker throws, and so what apps catch.
            throw new AggregateException(e);
        }
    }
}
