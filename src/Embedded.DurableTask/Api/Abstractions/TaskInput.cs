namespace Microsoft.DurableTask;

/// <summary>Passes untyped inputs on to typed implementations.</summary>
internal static class TaskInput
{
    /// <summary>Casts an input. A missing input becomes the default value, whatever the type.</summary>
    public static TInput Cast<TInput>(object? input)
        => input switch
        {
            TInput typed => typed,
            null => default!,
            _ => throw new ArgumentException(
                $"Input type '{input.GetType()}' does not match expected type '{typeof(TInput)}'."),
        };
}
