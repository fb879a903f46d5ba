namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>Binds what a function returns, or a property of it, to where it goes.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public abstract class OutputBindingAttribute : BindingAttribute
{
    public OutputBindingAttribute()
    {
    }
}
