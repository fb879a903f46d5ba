using Microsoft.Azure.Functions.Worker.Converters;

namespace Embedded.Functions.Binding.Converters;

/// <summary>Turns a batch of texts, bytes or numbers into the array that the parameter asks for.</summary>
internal sealed class ArrayConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        var array = Convert(context.TargetType, context.Source);
        return new(array is null ? ConversionResult.Unhandled() : ConversionResult.Success(array));
    }

    static Array? Convert(Type target, object? source) => source switch
    {
        IEnumerable<string> texts when target == typeof(string[]) => texts.ToArray(),
        IEnumerable<ReadOnlyMemory<byte>> items when target == typeof(ReadOnlyMemory<byte>[]) => items.ToArray(),
        IEnumerable<ReadOnlyMemory<byte>> items when target == typeof(byte[][]) => items.Select(item => item.ToArray()).ToArray(),
        IEnumerable<double> numbers when target == typeof(double[]) => numbers.ToArray(),
        IEnumerable<long> numbers when target == typeof(long[]) => numbers.ToArray(),
        _ => null,
    };
}
