namespace Microsoft.Azure.Functions.Worker.Extensions.Http.Converters;

/// <summary>Converts the body of an HTTP request for <see cref="global::Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute"/> in place of the built-in conversion.</summary>
public interface IFromBodyConversionFeature
{
    ValueTask<object?> ConvertAsync(FunctionContext context, Type targetType);
}
