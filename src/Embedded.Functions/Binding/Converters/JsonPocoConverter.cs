using System.Text;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Binding.Converters;

/// <summary>Reads text or bytes as JSON, with the worker's serializer. Numbers and booleans of a route come this way too.</summary>
internal sealed class JsonPocoConverter(IOptions<WorkerOptions> options) : IInputConverter
{
    readonly ObjectSerializer _serializer =
        options.Value.Serializer ?? throw new InvalidOperationException("A serializer is not configured for the worker.");

    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        var json = context.Source switch
        {
            _ when context.TargetType == typeof(string) => null,
            string text => Encoding.UTF8.GetBytes(text),
            ReadOnlyMemory<byte> bytes => bytes.ToArray(),
            _ => null,
        };

        return json is null
            ? new(ConversionResult.Unhandled())
            : ReadAsync(json, context.TargetType);
    }

    async ValueTask<ConversionResult> ReadAsync(byte[] json, Type type)
    {
        using var stream = new MemoryStream(json);
        try
        {
            // Not the invocation's cancellation: a function that is cancelled early is called, and decides itself what to do.
            return ConversionResult.Success(
                await _serializer.DeserializeAsync(stream, type, CancellationToken.None).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            // What a custom serializer throws is its own choice; the caller names the parameter and gives the reason.
            return ConversionResult.Failed(e);
        }
    }
}
