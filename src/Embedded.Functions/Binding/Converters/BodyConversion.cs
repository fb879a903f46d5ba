using System.Net.Http.Headers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Http.Converters;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Binding.Converters;

/// <summary>Reads the body of an HTTP request as text, as bytes or, if its content type says so, as JSON.</summary>
internal sealed class BodyConversion : IFromBodyConversionFeature
{
    internal static BodyConversion Instance { get; } = new();

    public async ValueTask<object?> ConvertAsync(FunctionContext context, Type targetType)
    {
        var request = await context.GetHttpRequestDataAsync().ConfigureAwait(false)
            ?? throw new InvalidOperationException(
                $"The body can be bound only where a request is: function '{context.FunctionDefinition.Name}' has no HTTP request.");
        return await ReadAsync(request, targetType, context.CancellationToken).ConfigureAwait(false);
    }

    static async Task<object?> ReadAsync(HttpRequestData request, Type targetType, CancellationToken cancellationToken)
    {
        if (targetType == typeof(string))
        {
            return await request.ReadAsStringAsync().ConfigureAwait(false);
        }

        if (targetType == typeof(byte[]))
        {
            return await ReadBytesAsync(request.Body, cancellationToken).ConfigureAwait(false);
        }

        if (targetType == typeof(Memory<byte>))
        {
            return new Memory<byte>(await ReadBytesAsync(request.Body, cancellationToken).ConfigureAwait(false));
        }

        return IsJson(request)
            ? await WorkerSerializer.Of(request.FunctionContext)
                .DeserializeAsync(request.Body, targetType, cancellationToken).ConfigureAwait(false)
            : throw new InvalidOperationException(
                $"A body whose content type is not JSON can be bound to text or bytes only, not to '{targetType}'.");
    }

    static async Task<byte[]> ReadBytesAsync(Stream body, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes.ToArray();
    }

    static bool IsJson(HttpRequestData request) =>
        request.Headers.TryGetValues("Content-Type", out var values)
        && MediaTypeHeaderValue.TryParse(values.FirstOrDefault(), out var type)
        && type.MediaType is { } media
        && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
}
