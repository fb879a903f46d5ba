using Microsoft.Azure.Functions.Worker.Converters;

namespace Probe;

/// <summary>What the converter that is asked first makes.</summary>
public sealed record Tag(string Text);

public sealed class TagConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) => new(context.TargetType == typeof(Tag)
        ? ConversionResult.Success(new Tag($"tag of {context.Source ?? "nothing"}"))
        : ConversionResult.Unhandled());
}

/// <summary>A type that names its converter.</summary>
[InputConverter(typeof(ColourConverter))]
public sealed record Colour(string Name);

public sealed class ColourConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) => new(context.Source switch
    {
        "octarine" => ConversionResult.Failed(new ArgumentException("wizards only")),
        string name => ConversionResult.Success(new Colour(name.ToUpperInvariant())),
        _ => ConversionResult.Unhandled(),
    });
}
