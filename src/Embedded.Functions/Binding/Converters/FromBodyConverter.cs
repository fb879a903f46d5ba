using System.Text.Json;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Http.Converters;
using Microsoft.Azure.Functions.Worker.Http;

namespace Embedded.Functions.Binding.Converters;

/// <summary>Converts the body of an HTTP request to a parameter marked with <see cref="FromBodyAttribute"/>.</summary>
internal sealed class FromBodyConverter : IInputConverter
{
    public async ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        var conversion = context.FunctionContext.Features.Get<IFromBodyConversionFeature>() ?? BodyConversion.Instance;
        try
        {
            return ConversionResult.Success(
                await conversion.ConvertAsync(context.FunctionContext, context.TargetType).ConfigureAwait(false));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Officially these come out of the function as they are, and the caller is told that the server failed.
            return ConversionResult.Failed(e);
        }
    }
}
