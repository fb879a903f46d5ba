using System.Globalization;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Embedded.Functions.Binding.Converters;

/// <summary>Reads points in time. One without an offset is taken for local time.</summary>
internal sealed class DateTimeConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) => new(Convert(context.TargetType, context.Source as string));

    static ConversionResult Convert(Type target, string? text)
    {
        if ((target == typeof(DateTimeOffset) || target == typeof(DateTimeOffset?))
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var offset))
        {
            return ConversionResult.Success(offset);
        }

        return (target == typeof(DateTime) || target == typeof(DateTime?))
            && DateTime.TryParse(text, CultureInfo.InvariantCulture, out var time)
            ? ConversionResult.Success(time)
            : ConversionResult.Unhandled();
    }
}
