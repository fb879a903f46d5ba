namespace Microsoft.Azure.Functions.Worker.Converters;

/// <summary>Converts inputs to what parameters ask for.</summary>
public interface IInputConverter
{
    ValueTask<ConversionResult> ConvertAsync(ConverterContext context);
}
