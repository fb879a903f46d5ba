using Microsoft.Azure.Functions.Worker.Converters;

namespace Embedded.Functions.Binding.Converters;

/// <summary>Reads GUIDs, in any of their notations.</summary>
internal sealed class GuidConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        new(Asks(context.TargetType) && context.Source is string text && Guid.TryParse(text, out var guid)
            ? ConversionResult.Success(guid)
            : ConversionResult.Unhandled());

    static bool Asks(Type target) => target == typeof(Guid) || target == typeof(Guid?);
}
