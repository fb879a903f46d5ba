namespace Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

/// <summary>The name that a property of a binding attribute has in the metadata of a function.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BindingPropertyNameAttribute : Attribute
{
    public BindingPropertyNameAttribute(string bindingPropertyName)
    {
        ArgumentNullException.ThrowIfNull(bindingPropertyName);

        BindingPropertyName = bindingPropertyName;
    }

    public string BindingPropertyName { get; }
}
